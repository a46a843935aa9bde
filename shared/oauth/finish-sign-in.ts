import { fail, ok, type Result } from '../runtime/result.ts'
import { abandonTokens, endSignIn, rewrite } from './change-sign-in.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hasHash, hashed, randomValue } from './one-time.ts'
import { type Answer, readAnswer } from './provider-answer.ts'
import { createSignInCode } from './sign-in-code.ts'
import { pageOf, type SignInPage, type SignInRefusal } from './sign-in-page.ts'
import { AFTERMATH_MS, CODE_MS, findByBrowser, type SignIn, type SignInSecrets } from './sign-in-record.ts'
import { maskedAccountOf } from './subject.ts'

/** What the browser shows after the sign-in, this once. */
export type FinishedSignIn = {
  readonly page: SignInPage
  /** To be typed in the conversation. */
  readonly code: string
  /** Until when, in milliseconds since the epoch. */
  readonly codeUntil: number
  /** For "this wasn't me": the id of `disownSignIn`. */
  readonly id: string
  /** The account at the provider, masked; where the provider tells it. */
  readonly signedInAs?: string
}

export type CallbackRequest = {
  /** The last segment of the path. */
  readonly callback: string
  readonly query: URLSearchParams
  /** What `readBindingCookie` found. */
  readonly cookie: string | undefined
}

/**
 * `GET /callback/{service}`: the browser comes back from the provider. Takes the answer only from the browser that was
 * sent there, once, and only from the provider it was sent to. What the provider gives stays pending until the code is typed.
 */
export const finishSignIn = async (
  parts: OAuthParts,
  { callback, query, cookie }: CallbackRequest,
): Promise<Result<FinishedSignIn, SignInRefusal>> => {
  const refuse = (refusal: SignInRefusal) => {
    const { page, ...reason } = refusal
    parts.log('WARNING', 'sign-in refused', { ...(page !== undefined && { service: page.service }), ...reason })
    return fail(refusal)
  }
  const [state, ...others] = query.getAll('state')
  if (state === undefined || others.length > 0) return refuse({ code: 'callback_unknown' })
  const started = await findByBrowser(parts, 'state', state)
  if (started?.stored.phase !== 'started') return refuse({ code: 'callback_unknown' })
  const page = pageOf(started)
  // Whoever does not have the cookie cannot use up the state either.
  if (cookie === undefined || !hasHash(cookie, started.stored.cookie ?? ''))
    return refuse({ code: 'other_browser', page })
  if (callback !== started.stored.callback) {
    await endSignIn(parts, started, 'failed', 'service_mixed_up')
    return refuse({ code: 'service_mixed_up', page })
  }
  // The link's time may be almost over; the provider is given the time it takes.
  const expiresAt = parts.clock() + AFTERMATH_MS
  const signIn = await rewrite(parts, started, { stored: { phase: 'finishing', state: null }, expiresAt })
  if (signIn === undefined) return refuse({ code: 'callback_unknown', page })

  const answer = await readAnswer(parts, signIn, query, state)
  if (!answer.ok) {
    const { code } = answer.error
    await endSignIn(parts, signIn, code === 'declined' ? 'declined' : 'failed', reasonOf(answer.error))
    return refuse({ ...answer.error, page })
  }
  return showCode(parts, signIn, answer.value)
}

const reasonOf = (refusal: SignInRefusal): string => {
  if (refusal.code === 'provider_failed') return refusal.failure.code
  return refusal.code === 'user_unproven' ? refusal.reason : refusal.code
}

/** From now on the browser has done its part. */
const showCode = async (
  parts: OAuthParts,
  signIn: SignIn,
  answer: Answer,
): Promise<Result<FinishedSignIn, SignInRefusal>> => {
  const page = pageOf(signIn)
  const code = createSignInCode()
  const id = randomValue(128)
  const codeUntil = parts.clock() + CODE_MS
  const { interrupted, request, codeVerifier, accountLink } = signIn.secrets
  const secrets: SignInSecrets = {
    ...answer,
    ...(interrupted !== undefined && { interrupted }),
    ...(accountLink !== undefined && { accountLink }),
    // Of an authorization request the handler gets the verifier; otherwise it has done its work.
    ...(request !== undefined && codeVerifier !== undefined && { codeVerifier }),
    code: hashed(code),
  }
  const shown = await rewrite(parts, signIn, {
    stored: { phase: 'code', link: hashed(id), codeUntil },
    secrets,
    expiresAt: codeUntil + AFTERMATH_MS,
  })
  if (shown === undefined) {
    await abandonTokens(parts, { ...signIn, secrets })
    return fail({ code: 'callback_unknown', page })
  }
  parts.log('INFO', 'sign-in waits for its code', { service: page.service })
  const signedInAs = maskedAccountOf(answer.profile ?? {})
  return ok({ page, code, codeUntil, id, ...(signedInAs !== undefined && { signedInAs }) })
}
