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

const names: readonly string[] = [...Object.keys(peerCertificateHeaders), ...OTHERS]

/** The numbers of the decisive headers by their names in lower case, and as they are mostly spelled, which saves the conversion. */
const decisive: ReadonlyMap<string, number> = new Map(
  names.flatMap((name, number) => [
    [name.toLowerCase(), number],
    [name, number],
  ]),
)

/**
 * The decisive header fields of one call, read from the raw list, where duplicates can still be seen: Node joins or
 * drops them in `request.headers`.
 */
export class Headers {
  /** By the header's number; of several values the first. */
  readonly #first: (string | undefined)[] = Array(names.length)
  /** The values of headers that came more than once. */
  #repeated: Map<number, string[]> | undefined
  readonly #lookalike: Rejection | undefined

  /** @param raw name, value, name, value, …: `http.IncomingMessage.rawHeaders` */
  constructor(raw: readonly string[]) {
    for (let at = 0; at + 1 < raw.length; at += 2) {
      const spelled = raw[at] ?? ''
      const number = decisive.get(spelled) ?? decisive.get(spelled.toLowerCase())
      if (number !== undefined) {
        this.#add(number, raw[at + 1] ?? '')
      } else if (spelled.includes('_')) {
        // CGI-like servers read `X_Client_Cert_Present` as `X-Client-Cert-Present`: the oldest way to forge a header.
        const resembles = decisive.get(spelled.toLowerCase().replaceAll('_', '-'))
        if (resembles !== undefined) {
          this.#lookalike ??= {
            code: 'header_lookalike',
            observed: excerpt(spelled),
            resembles: names[resembles] ?? '',
          }
        }
      }
    }
  }

  #add(number: number, value: string): void {
    const first = this.#first[number]
    if (first === undefined) {
      this.#first[number] = value
      return
    }
    this.#repeated ??= new Map()
    const values = this.#repeated.get(number)
    if (values === undefined) this.#repeated.set(number, [first, value])
    else values.push(value)
  }

  /** A header whose name, with hyphens for underscores, would be one that decides something. */
  get lookalike(): Rejection | undefined {
    return this.#lookalike
  }

  /** Every value of a header, in order of arrival. */
  all(name: DecisiveHeader): readonly string[] {
    const number = decisive.get(name) ?? -1
    const repeated = this.#repeated?.get(number)
    if (repeated !== undefined) return repeated
    const first = this.#first[number]
    return first === undefined ? [] : [first]
  }

  /** The value of a header that the load balancer sets: there exactly once, or the call did not come through it as configured. */
  once(name: PeerHeader | typeof ATTESTATION_HEADER): Result<string, Rejection> {
    const number = decisive.get(name) ?? -1
    const value = this.#first[number]
    if (value === undefined) return fail({ code: 'header_missing', header: name })
    return this.#repeated?.has(number) === true ? fail({ code: 'header_duplicated', header: name }) : ok(value)
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
