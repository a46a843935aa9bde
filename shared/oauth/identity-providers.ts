import type { IdentityProvider } from './identity-provider.ts'
import { generic } from './provider-generic.ts'
import { google } from './provider-google.ts'
import { microsoft } from './provider-microsoft.ts'
import { oam } from './provider-oam.ts'
import { ociIam } from './provider-oci-iam.ts'

/** Every kind of provider that a service can name. */
export const identityProviders: readonly IdentityProvider[] = [google, microsoft, ociIam, oam, generic]

export const identityProviderNames: readonly string[] = identityProviders.map(({ name }) => name)
