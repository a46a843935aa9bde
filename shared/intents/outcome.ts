import type { Reply } from '../dialogflow/reply.ts'

/**
 * What came of a turn:
 * - `answered`: by the intent's handler, or by an interceptor before it;
 * - `repeated`: the call had been answered before, or was being answered; this is that same answer;
 * - `failed`: the handler threw, or could not be run once only; `reply` is the fallback;
 * - `unhandled`: nobody handles the intent; `reply` is empty, so that the agent's own response stands.
 */
export type Answer = {
  readonly kind: 'answered' | 'repeated' | 'failed' | 'unhandled'
  readonly reply: Reply
}

/** The deadline passed, or the caller left, before there was an answer. */
export type Late = { readonly kind: 'late'; readonly waitedFor: 'the handler' | 'the store' | 'another process' }

/** How a call ended. When it is `late`, `reply` is the fallback. What an operator should know of it is in the log by then. */
export type Outcome = {
  readonly kind: Answer['kind'] | Late['kind']
  readonly reply: Reply
  /** The name of the intent found in the registry, whoever answered. */
  readonly intent: string | undefined
}
