import profiles from '../../trust/profiles.json' with { type: 'json' }
import {
  type CertificateContent,
  extendedKeyUsages,
  type Issued,
  impostorOf,
  issue,
  type KeyType,
} from './certificate.ts'

/** A way in which Dialogflow has shown its client certificate: `infra/trust/profiles.json`. */
export type Profile = keyof typeof profiles

/** How the real chain of each profile looks; the parts that the profile decides come from the profile. */
const shapes: Readonly<Record<Profile, { issuer: string; subject: string; key: KeyType }>> = {
  sslcom: {
    issuer: `C=US, ST=Texas, L=Houston, O=SSL Corp, CN=${profiles.sslcom.issuer.startsWith}RSA R2`,
    subject: `C=US, ST=California, L=Mountain View, O=Google LLC, CN=${profiles.sslcom.subject.equals[0]}`,
    key: 'rsa-2048',
  },
  'gts-legacy': {
    issuer: `C=US, O=${profiles['gts-legacy'].issuer.equals[1]}, CN=WE2`,
    subject: `CN=${profiles['gts-legacy'].subject.equals[0]}`,
    key: 'p-256',
  },
}

/** What a test may choose about a leaf; everything left out is as Dialogflow has it. */
export interface LeafOptions extends Partial<CertificateContent> {
  /** Distinguished name of the authority that signs the leaf. */
  readonly issuer?: string
  /** How many authorities stand between root and leaf; 1 by default, as in the real chains. */
  readonly intermediates?: number
  /** Signed under a root that nobody trusts, with the same names below it. */
  readonly unknownRoot?: boolean
  /** Signed with another key than the issuer's, and shown with the true issuers. */
  readonly impostor?: boolean
}

/** The certificate authorities of one machine: for development and tests, worth nothing elsewhere. */
export interface DevelopmentCa {
  /** The roots that gateway and function trust: one for each profile. */
  readonly anchors: readonly Issued[]
  /** The root of `server`, for clients. */
  readonly serverRoot: Issued
  /** The gateway's own certificate: localhost, 127.0.0.1 and ::1. */
  readonly server: Issued
  /** A client certificate like Dialogflow's, but for what `options` say. */
  leaf(profile: Profile, options?: LeafOptions): Promise<Issued>
}

const ORGANISATION = 'O=trusted-fulfillment, OU=development'

const root = (name: string, key: KeyType = 'p-256'): Promise<Issued> =>
  issue({ subject: `${ORGANISATION}, CN=${name}`, authority: true, key })

/** Makes the roots and the server's certificate; authorities below the roots are made when a leaf first needs them. */
export const createDevelopmentCa = async (): Promise<DevelopmentCa> => {
  const [sslcom, gts, serverRoot] = await Promise.all([
    root('Root like SSL.com', shapes.sslcom.key),
    root('Root like Google Trust Services', shapes['gts-legacy'].key),
    root('Root of servers'),
  ])
  const trusted: Readonly<Record<Profile, Issued>> = { sslcom, 'gts-legacy': gts }

  const made = new Map<string, Promise<Issued>>()
  const once = (name: string, make: () => Promise<Issued>): Promise<Issued> => {
    const known = made.get(name) ?? make()
    made.set(name, known)
    return known
  }
  const rootOf = async (profile: Profile, unknown: boolean): Promise<Issued> =>
    unknown ? await once(`unknown ${profile}`, () => root(`Root like ${profile} that nobody trusts`)) : trusted[profile]
  const authority = (profile: Profile, unknown: boolean, depth: number, subject: string): Promise<Issued> =>
    depth === 0
      ? rootOf(profile, unknown)
      : once(`${profile} ${unknown} ${depth} ${subject}`, async () => {
          const above = `${ORGANISATION}, CN=Intermediate ${depth - 1}`
          const parent = await authority(profile, unknown, depth - 1, above)
          return await issue({ subject, authority: true, key: shapes[profile].key }, parent)
        })

  const server = await issue(
    {
      subject: 'CN=localhost',
      extendedKeyUsage: [extendedKeyUsages.serverAuth],
      subjectAlternativeNames: [
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ],
    },
    serverRoot,
  )
  return {
    anchors: [sslcom, gts],
    serverRoot,
    server,
    async leaf(profile, options = {}) {
      const shape = shapes[profile]
      const { issuer = shape.issuer, intermediates = 1, unknownRoot = false, impostor = false, ...content } = options
      const signer = await authority(profile, unknownRoot, intermediates, issuer)
      return await issue(
        { subject: shape.subject, key: shape.key, extendedKeyUsage: [extendedKeyUsages.clientAuth], ...content },
        impostor ? await impostorOf(signer) : signer,
      )
    },
  }
}

let ofThisRun: Promise<DevelopmentCa> | undefined

/** The authorities of this process, made once. What tests want, unless they compare two. */
export const developmentCa = (): Promise<DevelopmentCa> => {
  ofThisRun ??= createDevelopmentCa()
  return ofThisRun
}
