import { setImmediate, setTimeout } from 'node:timers/promises'
import * as z from 'zod/mini'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { FirestoreDatabase } from './firestore-database.ts'

/** What one call of the store works with: a database, as long as its caller waits. */
export type FirestoreCall = FirestoreDatabase & { readonly signal: AbortSignal }

export type FirestoreFailure = {
  /** A google.rpc.Code by name; or what else is to be said, `no answer` or `HTTP 502`. */
  readonly status: string
  /** An earlier sending of the same request was left without a proper answer: what it asks for may have been done. */
  readonly uncertain: boolean
  /** The network's error. */
  readonly cause?: unknown
}

/** In ms, before each further sending. The first is for a kept connection that the other side has closed meanwhile. */
const pauses = [5, 100, 400]

/**
 * Sends a request, and sends it again where that may help: the answer was lost, Firestore is unavailable, others are in
 * the way. So it may be executed twice; a write that must not be has a precondition, which it then fails.
 *
 * All that a caller gives stands in the body: no key gets into the request log of whatever is on the way.
 * https://firebase.google.com/docs/firestore/reference/rest/v1/projects.databases.documents
 */
export const post = async <Schema extends z.ZodMiniType>(
  call: FirestoreCall,
  method: 'batchGet' | 'commit' | 'runQuery',
  request: object,
  schema: Schema,
): Promise<Result<z.output<Schema>, FirestoreFailure>> => {
  const body = JSON.stringify(request)
  let uncertain = false
  for (let sent = 0; ; sent += 1) {
    const answer = await send(call, method, body)
    if (answer.ok) {
      const parsed = schema.safeParse(answer.value)
      return parsed.success ? ok(parsed.data) : fail({ status: 'an answer of another form', uncertain })
    }
    const { code, ...failure } = answer.error
    const pause = pauses[sent]
    const mayPass = code >= 500 || code === 429 || failure.status === 'ABORTED'
    if (!mayPass || pause === undefined) return fail({ ...failure, uncertain })
    uncertain ||= code >= 500
    await setTimeout(pause * (0.5 + Math.random()), undefined, { signal: call.signal })
  }
}

/** `code` is HTTP's. */
type FailedSending = { readonly status: string; readonly code: number; readonly cause?: unknown }

const send = async (call: FirestoreCall, method: string, body: string): Promise<Result<unknown, FailedSending>> => {
  const headers = await call.headers()
  headers.set('content-type', 'application/json')
  try {
    const { signal } = call
    const response = await fetch(`${call.url}:${method}`, { method: 'POST', headers, body, signal, redirect: 'error' })
    const text = await response.text()
    // Until then the connection counts as busy, and a request that follows at once would open another one.
    await setImmediate()
    return answerIn(response.status, text)
  } catch (cause) {
    return fail({ status: 'no answer', code: 503, cause })
  }
}

/** https://google.aip.dev/193. The message is left out: it names documents. */
const errorSchema = z.object({ code: z.int(), status: z.string().check(z.regex(/^[A-Z_]{1,40}$/)) })

/** An answer that is streamed may end in an error though it began with 200. */
const answerIn = (code: number, text: string): Result<unknown, FailedSending> => {
  const unexplained = { status: `HTTP ${code}`, code: code === 200 ? 502 : code }
  const answer = jsonOf(text)
  const failed = [answer].flat().find(part => typeof part === 'object' && part !== null && 'error' in part)
  if (failed) return fail(errorSchema.safeParse(failed.error).data ?? unexplained)
  return code === 200 && answer !== undefined ? ok(answer) : fail(unexplained)
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
