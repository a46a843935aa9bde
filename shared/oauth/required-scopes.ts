import type { AuthenticationService } from './authentication-service.ts'
import type { MissingSetting } from './identity-provider.ts'

/** For providers that tell who a user is in the ID token: the scopes without which it is not given, or says too little. */
export const requiredScopes =
  (...scopes: readonly string[]) =>
  (service: AuthenticationService): readonly MissingSetting[] =>
    service.grantType === 'CLIENT_CREDENTIALS' || scopes.every(scope => service.scopes.includes(scope))
      ? []
      : [
          {
            path: 'scopes',
            expected: `${scopes.join(' and ')} among them: without, the provider does not say who the user is`,
          },
        ]
