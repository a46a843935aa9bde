/**
 * For providers that give a refresh token for the scope `offline_access` alone; oidc-provider wants `prompt=consent`
 * too, as OpenID Connect Core 1.0 §11 does.
 */
export const requestConsentForRefreshToken = (parameters: URLSearchParams): void => {
  const prompts = new Set(parameters.get('prompt')?.split(' '))
  if (prompts.has('none') || !parameters.get('scope')?.split(' ').includes('offline_access')) return
  parameters.set('prompt', [...prompts.add('consent')].join(' '))
}
