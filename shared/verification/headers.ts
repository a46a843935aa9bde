import peerCertificateHeaders from '../../infra/peer-certificate-headers.json' with { type: 'json' }
import { fail, ok, type Result } from '../runtime/result.ts'
import { excerpt, type Rejection } from './rejection.ts'

/** A header that the load balancer sets, by the name that the header file gives it. */
export type PeerHeader = keyof typeof peerCertificateHeaders

export const ATTESTATION_HEADER = 'X-Lb-Attestation'

/** Everything that decides something. A look-alike of any of these is refused. */
const decisive: ReadonlySet<string> = new Set(
  [
    ...Object.keys(peerCertificateHeaders),
    ATTESTATION_HEADER,
    'Authorization',
    'Content-Type',
    'Content-Length',
    'Content-Encoding',
    'Transfer-Encoding',
  ].map(name => name.toLowerCase()),
)

/**
 * The header fields of one call, read from the raw list, where duplicates can still be seen: Node joins or drops
 * them in `request.headers`.
 */
export class Headers {
  readonly #values = new Map<string, readonly string[]>()
  readonly #lookalike: Rejection | undefined

  /** @param raw name, value, name, value, …: `http.IncomingMessage.rawHeaders` */
  constructor(raw: readonly string[]) {
    for (let at = 0; at + 1 < raw.length; at += 2) {
      const spelled = raw[at] ?? ''
      const name = spelled.toLowerCase()
      const value = raw[at + 1] ?? ''
      if (decisive.has(name)) {
        const seen = this.#values.get(name)
        this.#values.set(name, seen === undefined ? [value] : [...seen, value])
      } else if (name.includes('_')) {
        // CGI-like servers read `X_Client_Cert_Present` as `X-Client-Cert-Present`: the oldest way to forge a header.
        const resembles = name.replaceAll('_', '-')
        if (decisive.has(resembles)) {
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
  all(name: string): readonly string[] {
    return this.#values.get(name.toLowerCase()) ?? []
  }

  /** The value of a header that the load balancer sets: there exactly once, or the call did not come through it as configured. */
  once(name: PeerHeader | typeof ATTESTATION_HEADER): Result<string, Rejection> {
    const [value, ...others] = this.all(name)
    if (value === undefined) return fail({ code: 'header_missing', header: name })
    if (others.length > 0) return fail({ code: 'header_duplicated', header: name })
    return ok(value)
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
