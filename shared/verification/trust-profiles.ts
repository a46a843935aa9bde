import { X509Certificate } from 'node:crypto'
import profiles from '../../infra/trust/profiles.json' with { type: 'json' }
import type { TrustProfile } from './trust-profile.ts'

export type TrustProfileName = keyof typeof profiles

export const trustProfileNames: readonly string[] = Object.keys(profiles)

/**
 * The built-in profiles of `infra/trust/profiles.json`.
 *
 * @param readPem the text of one of the PEM files beside it
 * @throws {Error} when a PEM is not the certificate whose fingerprint the profile states
 */
export const builtInProfiles = (names: readonly string[], readPem: (file: string) => string): readonly TrustProfile[] =>
  Object.entries(profiles)
    .filter(([name]) => names.includes(name))
    .map(([name, { subject, issuer, anchors, sunset }]) => ({
      name,
      subject,
      issuer: 'startsWith' in issuer ? { attribute: issuer.attribute, startsWith: issuer.startsWith } : issuer,
      anchors: anchors.map(({ file, sha256 }) => {
        const anchor = new X509Certificate(readPem(file))
        if (anchor.fingerprint256 !== sha256) throw new Error(`${file} is not the certificate that profiles.json names`)
        return anchor
      }),
      sunset: sunset === null ? undefined : Date.parse(sunset),
    }))

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Profiles whose chains end at an authority of one's own: the built-in ones by name, or, where subjects are given,
 * one named `private` for exactly these common names, whoever issued them under the authority.
 *
 * @param pem one or more certificates
 * @throws {Error} when `pem` holds none, or one that cannot be parsed
 */
export const withAnchors = (
  builtIn: readonly TrustProfile[],
  pem: string,
  subjects: readonly string[],
): readonly TrustProfile[] => {
  const anchors = (pem.match(PEM) ?? []).map(certificate => new X509Certificate(certificate))
  if (anchors.length === 0) throw new Error('no certificate in the file')
  return subjects.length === 0
    ? builtIn.map(profile => ({ ...profile, anchors }))
    : [
        {
          name: 'private',
          subject: { attribute: 'CN', equals: subjects },
          issuer: undefined,
          anchors,
          sunset: undefined,
        },
      ]
}
