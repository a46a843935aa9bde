import type { AuthenticationServices } from '../../shared/oauth/authentication-services.ts'
import type { SignInPage } from '../../shared/oauth/sign-in-page.ts'
import { shownText } from './pages/shown-text.ts'
import type { Names } from './pages/texts.ts'

/** Providers whose users know them by these names. */
const BRANDS: Readonly<Record<string, string>> = {
  google: 'Google',
  microsoft: 'Microsoft',
  'oci-iam': 'Oracle Cloud',
}

/** Who wants what for whom. A service whose provider is not well known goes by its own name. */
export const namesOf = ({ agent, channel, account, service }: SignInPage, services: AuthenticationServices): Names => ({
  agent: shownText(agent),
  channel: shownText(channel),
  account: shownText(account),
  service: shownText(BRANDS[services.get(service)?.identityProvider ?? ''] ?? service),
})
