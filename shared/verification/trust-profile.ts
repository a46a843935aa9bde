import type { X509Certificate } from 'node:crypto'
import type { NameMatcher } from './distinguished-name.ts'

/** One kind of client certificate that counts as Dialogflow's: who it names, who issues it, where its chain ends. */
export type TrustProfile = {
  /** Such as `sslcom`: a name in `infra/trust/profiles.json`. */
  readonly name: string
  readonly subject: NameMatcher
  /** `undefined` with a private authority: whoever chains to the anchor. */
  readonly issuer: NameMatcher | undefined
  readonly anchors: readonly X509Certificate[]
  /** From this moment on (milliseconds since the Unix epoch) Dialogflow no longer presents it, and its use is worth a warning. */
  readonly sunset: number | undefined
}
