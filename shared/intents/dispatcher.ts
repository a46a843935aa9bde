import type { Localized } from '../dialogflow/localized.ts'
import type { Reply } from '../dialogflow/reply.ts'
import type { Turn } from '../dialogflow/turn.ts'
import type { Clock } from '../runtime/clock.ts'
import { describeError } from '../runtime/describe-error.ts'
import type { Log } from '../runtime/log.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store } from '../storage/store.ts'
import { callId } from './call-id.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { fallbackText } from './fallback-text.ts'
import type { HandlerContext } from './handler-context.ts'
import type { Interceptor } from './interceptor.ts'
import { createOnceOnly } from './once-only.ts'
import type { Answer, Late, Outcome } from './outcome.ts'
import type { Registry } from './registry.ts'
import { type Handlers, runHandlers } from './run-handlers.ts'

export type DispatcherOptions<Context extends HandlerContext> = {
  readonly registry: Registry<Context>
  /** Asked in this order before any handler. */
  readonly before?: readonly Interceptor<Context>[]
  /** Makes what handlers are given: `context => context` when there is nothing to add. */
  readonly contextFor: (context: HandlerContext, turn: Turn) => Context
  /** Called only for a call that has to be answered once only. */
  readonly store: () => Store
  /** Encrypts the replies that are kept for a retry. */
  readonly keyring?: Keyring | undefined
  readonly clock: Clock
  /** How long an answer may take, counted from `receivedAt`. */
  readonly deadlineMs: number
  /** What the user hears when there is no answer in time, or the handler failed. */
  readonly fallback?: Localized
}

/** The call that a turn came with. */
export type Call = {
  readonly log: Log
  /** Aborted when the caller has left. */
  readonly signal?: AbortSignal
  /** When the request arrived, by `performance.now()`; now by default. */
  readonly receivedAt?: number
}

/**
 * Finds out who answers a turn, and has it answered: in time and, unless that is idempotent, once only. What handlers throw
 * is logged, and answered with the fallback.
 */
export type Dispatch = (turn: Turn, call: Call) => Promise<Outcome>

export const createDispatcher = <Context extends HandlerContext>({
  registry,
  before = [],
  contextFor,
  store,
  keyring,
  clock,
  deadlineMs,
  fallback: text = fallbackText,
}: DispatcherOptions<Context>): Dispatch => {
  const fallback: Reply = { parts: [{ kind: 'text', text }] }
  // A retry that comes at the last moment of the first call waits for as long again.
  const onceOnly = createOnceOnly({ store, keyring, clock, fallback, longestRunMs: 2 * deadlineMs })

  const run = async ({ turn, handlers, log }: Task<Context>, { signal, remainingMs }: Deadline): Promise<Answer> => {
    try {
      const reply = await runHandlers(handlers, turn, contextFor({ signal, remainingMs, clock, log }, turn))
      if (reply !== undefined) return { kind: 'answered', reply }
      logUnhandled(turn, log)
      return { kind: 'unhandled', reply: { parts: [] } }
    } catch (error) {
      // What fails after its signal was aborted has most likely obeyed it.
      log(signal.aborted ? 'WARNING' : 'ERROR', 'handler failed', { error: describeError(error) })
      return { kind: 'failed', reply: fallback }
    }
  }

  /** Runs the handlers for this caller alone. */
  const runFreely = async (task: Task<Context>, deadline: Deadline): Promise<Answer | Late> => {
    const running = run(task, deadline)
    const answer = await deadline.within(running)
    if (answer !== undefined) return answer
    void running.then(late => {
      if (late.kind === 'answered') task.log('NOTICE', 'late answer discarded')
    })
    return { kind: 'late', waitedFor: 'the handler' }
  }

  const runOnceOnly = (task: Task<Context>, deadline: Deadline): Promise<Answer | Late> => {
    const id = callId(task.turn)
    if (id === undefined) {
      task.log('NOTICE', 'not answered once only: the body names no session or no response')
      return runFreely(task, deadline)
    }
    const runUntilTheEnd = async () => {
      // Not the caller's own: when the caller leaves, its retry may still come for the answer.
      const own = startDeadline(deadline.remainingMs())
      const answer = await run(task, own)
      own.clear()
      return answer
    }
    return onceOnly({ id, deadline, log: task.log, run: runUntilTheEnd })
  }

  return async (turn, { log: callLog, signal, receivedAt = performance.now() }) => {
    const intent = registry.find(turn)
    const name = intent && (intent.displayName ?? intent.action ?? intent.tag)
    const log: Log = (severity, message, fields) => callLog(severity, message, { intent: name, ...fields })
    const interceptors = before.filter(({ concerns }) => concerns(turn))
    const task = { turn, handlers: { interceptors, intent }, log }
    const idempotent = interceptors.length === 0 && (intent === undefined || intent.idempotent === true)
    const deadline = startDeadline(receivedAt + deadlineMs - performance.now(), signal)
    const answer = await (idempotent ? runFreely : runOnceOnly)(task, deadline)
    deadline.clear()
    if (answer.kind !== 'late') return { ...answer, intent: name }
    if (deadline.callerLeft())
      log('NOTICE', 'the caller left before there was an answer', { waitedFor: answer.waitedFor })
    else log('WARNING', 'no answer by the deadline', { waitedFor: answer.waitedFor })
    return { kind: 'late', reply: fallback, intent: name }
  }
}

/** One turn on its way through the dispatcher. */
type Task<Context extends HandlerContext> = {
  readonly turn: Turn
  readonly handlers: Handlers<Context>
  readonly log: Log
}

const MAX_NAME_LENGTH = 200

/** The names are the agent's own, but come in the body. */
const logUnhandled = ({ dialect, tag, intent, action }: Turn, log: Log) => {
  const names = dialect === 'cx' ? { tag } : { displayName: intent?.displayName, action }
  const shortened = Object.entries(names).map(([kind, name]) => [kind, name?.slice(0, MAX_NAME_LENGTH)])
  log('WARNING', 'nobody handles this intent', Object.fromEntries(shortened))
}
