import type { RejectionCode } from '../../../shared/verification/rejection.ts'
import type { Issued } from '../certificates/certificate.ts'
import type { ClientCertError } from '../certificates/client-certificate.ts'
import { type ClientCertificateName, clientCertificates } from '../certificates/client-certificates.ts'
import type { Deviation } from '../dialogflow/dialogflow.ts'
import type { Estate } from '../estate.ts'
import { customRequestHeaders } from '../gateway/custom-request-headers.ts'
import type { HeaderField } from '../gateway/proxied-headers.ts'
import { defectiveTokens, type TokenDefect } from '../tokens/defective-tokens.ts'

/** What has to refuse a call: the load balancer, for this reason, or the function with this status and code. */
export type AttackRefusal =
  | { readonly closed: ClientCertError }
  | { readonly status: number; readonly code: RejectionCode }

/** A call that must not be answered: how it differs from Dialogflow's, and what has to refuse it. */
export interface Attack {
  readonly title: string
  readonly deviation: (estate: Estate) => Promise<Deviation>
  readonly refusal: AttackRefusal
}

export interface AttackGroup {
  readonly title: string
  readonly attacks: Readonly<Record<string, Attack>>
}

const certificate = async ({ ca }: Estate, name: ClientCertificateName): Promise<Issued> =>
  await clientCertificates[name](ca)

/** The headers that the load balancer would set, had it found this certificate valid. */
const vouchedFor = ({ certificate: leaf, chain }: Issued, attestation: string): readonly HeaderField[] =>
  customRequestHeaders({ leaf, chain, error: undefined }, attestation)

const except = (fields: readonly HeaderField[], unwanted: string): readonly HeaderField[] =>
  fields.filter(([name]) => name !== unwanted)

/** At the load balancer: the connection ends before anything reaches the function. */
const closed = (title: string, name: ClientCertificateName | undefined, error: ClientCertError): Attack => ({
  title,
  deviation: async estate => ({ client: name === undefined ? null : await certificate(estate, name) }),
  refusal: { closed: error },
})

/** Through a load balancer, by a client with this certificate. */
const presented = (title: string, name: ClientCertificateName, code: RejectionCode): Attack => ({
  title,
  deviation: async estate => ({ client: await certificate(estate, name) }),
  refusal: { status: 403, code },
})

/** Straight to the function, with everything that a load balancer would have said of this certificate. */
const vouched = (title: string, name: ClientCertificateName, code: RejectionCode): Attack => ({
  title,
  deviation: async estate => ({
    url: estate.webhook.url,
    added: vouchedFor(await certificate(estate, name), estate.attestation),
  }),
  refusal: { status: 403, code },
})

/** Straight to the function, with headers made from those of a genuine call. */
const forged = (
  title: string,
  code: RejectionCode,
  forge: (genuine: readonly HeaderField[], estate: Estate) => readonly HeaderField[] | Promise<readonly HeaderField[]>,
): Attack => ({
  title,
  deviation: async estate => {
    const genuine = vouchedFor(await certificate(estate, 'dialogflow'), estate.attestation)
    return { url: estate.webhook.url, added: await forge(genuine, estate) }
  },
  refusal: { status: 403, code },
})

/** Through the load balancer with Dialogflow's certificate, and a token with one defect. */
const token = (title: string, defect: TokenDefect, code: RejectionCode, status = 401): Attack => ({
  title,
  deviation: async ({ issuer, genuine }) => ({ token: await defectiveTokens[defect](issuer, genuine) }),
  refusal: { status, code },
})

/** Through the load balancer with Dialogflow's certificate and token, and something else amiss. */
const request = (title: string, status: number, code: RejectionCode, deviation: Deviation): Attack => ({
  title,
  deviation: async () => deviation,
  refusal: { status, code },
})

/** Every kind of call that must be refused, by the name that `/attack` takes. */
export const attackGroups: readonly AttackGroup[] = [
  {
    title: 'Client certificates that end at the load balancer',
    attacks: {
      'no-certificate': closed('no certificate', undefined, 'client_cert_not_provided'),
      'unknown-authority': closed(
        'unknown authority, same names',
        'unknown-authority',
        'client_cert_validation_failed',
      ),
      impostor: closed('signed by an impostor of the authority', 'impostor', 'client_cert_validation_failed'),
      'self-signed': closed('self-signed', 'self-signed', 'client_cert_validation_failed'),
      expired: closed('expired', 'expired', 'client_cert_validation_failed'),
      'not-yet-valid': closed('not yet valid', 'not-yet-valid', 'client_cert_validation_failed'),
      'no-client-auth': closed('not meant for clients', 'no-client-auth', 'client_cert_chain_invalid_eku'),
    },
  },
  {
    title: 'Valid client certificates of somebody else',
    attacks: {
      'wrong-name': presented('wrong name, right authority', 'wrong-name', 'peer_subject'),
      'wrong-issuer': presented('right name, wrong issuer', 'wrong-issuer', 'peer_issuer'),
      'forged-headers': {
        title: "wrong name, with Dialogflow's headers forged",
        deviation: async estate => ({
          client: await certificate(estate, 'wrong-name'),
          added: vouchedFor(await certificate(estate, 'dialogflow'), estate.attestation),
        }),
        refusal: { status: 403, code: 'peer_subject' },
      },
    },
  },
  {
    title: 'A load balancer whose policy lets every client through',
    attacks: {
      'lenient-no-certificate': {
        title: 'no certificate',
        deviation: async estate => ({ url: estate.lenientUrl, client: null }),
        refusal: { status: 403, code: 'peer_absent' },
      },
      'lenient-unknown-authority': {
        title: 'unknown authority',
        deviation: async estate => ({
          url: estate.lenientUrl,
          client: await certificate(estate, 'unknown-authority'),
        }),
        refusal: { status: 403, code: 'peer_error' },
      },
    },
  },
  {
    title: 'Past the load balancer, with all its headers forged',
    attacks: {
      'no-attestation': forged('no attestation', 'attestation_missing', genuine => except(genuine, 'X-Lb-Attestation')),
      'guessed-attestation': forged('a guessed attestation', 'attestation_mismatch', genuine => [
        ...except(genuine, 'X-Lb-Attestation'),
        ['X-Lb-Attestation', 'a-guess-as-long-as-the-real-attestation-is'],
      ]),
      'missing-header': forged('a header left out', 'header_missing', genuine =>
        except(genuine, 'X-Client-Cert-Error'),
      ),
      'duplicated-header': forged('a header twice', 'header_duplicated', genuine => [
        ...genuine,
        ['x-client-cert-present', 'true'],
      ]),
      'header-lookalike': forged('a header with underscores too', 'header_lookalike', genuine => [
        ...genuine,
        ['X_Client_Cert_Leaf', ':AA==:'],
      ]),
    },
  },
  {
    title: 'Certificates that a load balancer has let through though it should not',
    attacks: {
      'vouched-unverified': forged('not verified', 'peer_unverified', genuine => [
        ...except(genuine, 'X-Client-Cert-Chain-Verified'),
        ['X-Client-Cert-Chain-Verified', 'false'],
      ]),
      'vouched-unknown-authority': vouched('unknown authority', 'unknown-authority', 'peer_path'),
      'vouched-impostor': vouched('signed by an impostor of the authority', 'impostor', 'peer_path'),
      'vouched-expired': vouched('expired', 'expired', 'peer_expired'),
      'vouched-not-yet-valid': vouched('not yet valid', 'not-yet-valid', 'peer_not_yet_valid'),
      'vouched-no-client-auth': vouched('not meant for clients', 'no-client-auth', 'peer_purpose'),
      'vouched-other-leaf': forged(
        'a leaf that is not the one presented',
        'peer_fingerprint',
        async (genuine, estate) => {
          const other = vouchedFor(await certificate(estate, 'dialogflow-legacy'), estate.attestation)
          const hash = other.filter(([name]) => name === 'X-Client-Cert-Hash')
          return [...except(genuine, 'X-Client-Cert-Hash'), ...hash]
        },
      ),
    },
  },
  {
    title: "Identity tokens, with Dialogflow's certificate",
    attacks: {
      'no-token': request('no token', 401, 'token_missing', { token: null }),
      'wrong-audience': token('wrong audience', 'wrong-audience', 'token_audience'),
      'other-agent': token('of another agent', 'other-agent', 'token_service_agent', 403),
      'signature-removed': token('signature removed', 'signature-removed', 'token_signature_removed'),
      'forged-signature': token('signature forged', 'forged-signature', 'token_signature'),
      'unknown-key': token('signed with an unknown key', 'unknown-key', 'token_key_unknown'),
      'algorithm-none': token('algorithm none', 'algorithm-none', 'token_algorithm'),
      'algorithm-hs256': token('algorithm HS256, public key as secret', 'algorithm-hs256', 'token_algorithm'),
      'other-issuer': token('of another issuer', 'other-issuer', 'token_issuer'),
      'expired-token': token('expired', 'expired-token', 'token_expired'),
      'future-token': token('from the future', 'future-token', 'token_not_yet_valid'),
      'email-unverified': token('address not verified', 'email-unverified', 'token_email_unverified'),
      'access-token': token('an access token', 'access-token', 'token_opaque'),
      'basic-authentication': request('user name and password', 401, 'token_scheme', {
        token: null,
        added: [['authorization', `Basic ${Buffer.from('user:password').toString('base64')}`]],
      }),
      'two-tokens': request('two authorization headers', 401, 'token_duplicated', {
        added: [['Authorization', 'Bearer another']],
      }),
    },
  },
  {
    title: 'Requests that Dialogflow does not make',
    attacks: {
      get: request('GET', 405, 'method_not_allowed', { method: 'GET' }),
      'plain-text': request('text/plain', 415, 'content_type_unsupported', {
        replaced: [['content-type', 'text/plain']],
      }),
      'too-large': request('a body of 2 MB announced', 413, 'body_too_large', {
        replaced: [['Content-Length', String(2 * 1024 * 1024)]],
      }),
      compressed: request('a compressed body', 415, 'content_encoding_unsupported', {
        added: [['Content-Encoding', 'gzip']],
      }),
    },
  },
]

/** All of them by name. */
export const attacks: Readonly<Record<string, Attack>> = Object.assign({}, ...attackGroups.map(group => group.attacks))
