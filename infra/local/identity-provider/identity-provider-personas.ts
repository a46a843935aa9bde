import type { PersonaDefinition } from './persona-definition.ts'
import { generic } from './persona-generic.ts'
import { google } from './persona-google.ts'
import { microsoft } from './persona-microsoft.ts'
import { oam } from './persona-oam.ts'
import { ociIam } from './persona-oci-iam.ts'

export type PersonaName = 'google' | 'microsoft' | 'oci-iam' | 'oam' | 'generic'

/** Who the identity provider can be. */
export const personas: Readonly<Record<PersonaName, PersonaDefinition>> = {
  google,
  microsoft,
  'oci-iam': ociIam,
  oam,
  generic,
}
