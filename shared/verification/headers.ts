import peerCertificateHeaders from '../../infra/peer-certificate-headers.json' with { type: 'json' }
import { fail, ok, type Result } from '../runtime/result.ts'
import { excerpt, type Rejection } from './rejection.ts'

/** A header that the load balancer sets, by the name that the header file gives it. */
export type PeerHeader = keyof typeof peerCertificateHeaders

export const ATTESTATION_HEADER = 'X-Lb-Attestation'

const OTHERS = [
  ATTESTATION_HEADER,
  'Authorization',
  'X-Serverless-Authorization',
  'Content-Type',
  'Content-Length',
  'Content-Encoding',
  'Transfer-Encoding',
] as const

/** A header that decides something. A look-alike of any of these is refused. */
export type DecisiveHeader = PeerHeader | (typeof OTHERS)[number]

/** The decisive headers by their names in lower case, and as they are mostly spelled, which saves the conversion. */
const decisive: ReadonlyMap<string, string> = new Map(
  [...Object.keys(peerCertificateHeaders), ...OTHERS].flatMap(name => [
    [name.toLowerCase(), name],
    [name, name],
  ]),
)

/**
 * The decisive header fields of one call, read from the raw list, where duplicates can still be seen: Node joins or
 * drops them in `request.headers`.
 */
export class Headers {
  readonly #values = new Map<string, string[]>()
  readonly #lookalike: Rejection | undefined

  /** @param raw name, value, name, value, …: `http.IncomingMessage.rawHeaders` */
  constructor(raw: readonly string[]) {
    for (let at = 0; at + 1 < raw.length; at += 2) {
      const spelled = raw[at] ?? ''
      const name = decisive.get(spelled) ?? decisive.get(spelled.toLowerCase())
      if (name !== undefined) {
        const value = raw[at + 1] ?? ''
        const seen = this.#values.get(name)
        if (seen === undefined) this.#values.set(name, [value])
        else seen.push(value)
      } else if (spelled.includes('_')) {
        // CGI-like servers read `X_Client_Cert_Present` as `X-Client-Cert-Present`: the oldest way to forge a header.
        const resembles = decisive.get(spelled.toLowerCase().replaceAll('_', '-'))
        if (resembles !== undefined) {
          this.#lookalike ??= { code: 'header_lookalike', observed: excerpt(spelled), resembles }
        }
      }
    }
  }

  /** A header whose name, with hyphens for underscores, would be one that decides something. */
  get lookalike(): Rejection | undefined {
    return this.#lookalike
  }

  /** Every value of a header, in order of arrival. */
  all(name: DecisiveHeader): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** The value of a header that the load balancer sets: there exactly once, or the call did not come through it as configured. */
  once(name: PeerHeader | typeof ATTESTATION_HEADER): Result<string, Rejection> {
    const values = this.all(name)
    const value = values[0]
    if (value === undefined) return fail({ code: 'header_missing', header: name })
    return values.length === 1 ? ok(value) : fail({ code: 'header_duplicated', header: name })
  }

  /** The values of several such headers, or the first thing that is wrong with one of them. */
  eachOnce<Name extends PeerHeader>(names: readonly Name[]): Result<Readonly<Record<Name, string>>, Rejection> {
    const values: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value = this.once(name)
      if (!value.ok) return value
      values[name] = value.value
    }
    return ok(values as Record<Name, string>)
  }
}
