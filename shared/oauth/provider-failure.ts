import { fail, ok, type Result } from '../runtime/result.ts'

/** Why a provider could not be asked, or its answer not be used. A reason for the operator; it holds nothing of a token or a secret. */
export type ProviderFailure =
  | { readonly code: 'provider_unreachable'; readonly reason: string }
  | { readonly code: 'provider_timeout' }
  /** An answer with a status that no protocol foresees. */
  | { readonly code: 'provider_status'; readonly status: number }
  /** HTML, wrong JSON, a field missing: something that is no answer to what was asked. */
  | { readonly code: 'provider_answer'; readonly reason: string }
  /** The provider said no, with an error of RFC 6749 §5.2 or its like. `detail` is its own error number, if it gives one. */
  | { readonly code: 'provider_error'; readonly error: string; readonly detail?: string }
  /** A discovered URL that may not be called. */
  | { readonly code: 'provider_endpoint'; readonly reason: string }
  /** The service's settings or its secret. */
  | { readonly code: 'service_settings'; readonly reason: string }

/** A failure on its way through a library that only lets errors through. */
export class ProviderFailureError extends Error {
  readonly failure: ProviderFailure

  constructor(failure: ProviderFailure) {
    super(failure.code)
    this.failure = failure
  }
}

/** Runs something of openid-client's. What it throws becomes data; the error itself may hold tokens and is dropped. */
export const attempt = async <Value>(work: () => Promise<Value>): Promise<Result<Value, ProviderFailure>> => {
  try {
    return ok(await work())
  } catch (error) {
    return fail(failureOf(error))
  }
}

/** Whether the provider has refused for good: a refresh token that is used up or revoked, a consent withdrawn. */
export const needsSignIn = (failure: ProviderFailure): boolean =>
  failure.code === 'provider_error' && SIGN_IN_ERRORS.has(failure.error)

/** RFC 6749 §5.2, OpenID Connect Core §3.1.2.6; Microsoft gives the latter at the token endpoint too. */
const SIGN_IN_ERRORS = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required'])

/**
 * An error code, `invalid_grant` for example: words, as every registered one is. RFC 6749 §5.2 would allow more, among it
 * tokens and codes, which are not to be logged.
 */
export const errorCodeOf = (error: unknown): string =>
  typeof error === 'string' && /^(?=.{1,60}$)[a-z]+(?:[_-][a-z]+)*$/.test(error) ? error : 'unreadable'

/** The rest of a description may hold names or tokens; the number, AADSTS70008 for example, is what an operator looks up. */
const errorNumberOf = (description: unknown): string | undefined =>
  typeof description === 'string' ? /\b[A-Z]{2,10}-?\d{3,10}\b/.exec(description)?.[0] : undefined

const failureOf = (error: unknown): ProviderFailure => {
  if (error instanceof ProviderFailureError) return error.failure
  if (!(error instanceof Error)) return { code: 'provider_answer', reason: 'unknown' }
  // openid-client puts an error of its own around what it does not know.
  if (error.cause instanceof ProviderFailureError) return error.cause.failure
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  switch (code) {
    case 'OAUTH_RESPONSE_BODY_ERROR':
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR': {
      const { error: said, error_description: description } = {
        error: undefined,
        error_description: undefined,
        ...error,
      }
      const detail = errorNumberOf(description)
      return { code: 'provider_error', error: errorCodeOf(said), ...(detail !== undefined && { detail }) }
    }
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return error.cause instanceof Response && error.cause.status !== 200
        ? { code: 'provider_status', status: error.cause.status }
        : { code: 'provider_answer', reason: code }
    case 'OAUTH_MISSING_SERVER_METADATA':
    case 'OAUTH_INVALID_SERVER_METADATA':
      return { code: 'provider_endpoint', reason: attributeOf(error.cause) }
    default:
      return { code: 'provider_answer', reason: reasonOf(error, code) }
  }
}

/** The library's own words for what is wrong with an answer: fixed texts, which quote claims and fields by name only. */
const reasonOf = (error: Error, code: string): string =>
  error.cause instanceof Error && code.startsWith('OAUTH_') ? error.cause.message.slice(0, 200) : code

const attributeOf = (cause: unknown): string => {
  const attribute = cause instanceof Error ? attributeField(cause.cause) : undefined
  return `no usable ${attribute ?? 'endpoint'} in the metadata`
}

const attributeField = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'attribute' in value ? String(value.attribute).slice(0, 60) : undefined
