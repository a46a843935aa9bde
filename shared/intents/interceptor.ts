import type { Reply } from '../dialogflow/reply.ts'
import type { Turn } from '../dialogflow/turn.ts'
import type { HandlerContext } from './handler-context.ts'

/**
 * Looks at a turn before any handler does, whatever its intent, and may answer in the handler's place: a code typed for
 * a pending sign-in, for example. A turn that concerns one is answered once only, even if its handler is idempotent.
 */
export type Interceptor<Context extends HandlerContext = HandlerContext> = {
  /** Tells from the turn alone: it is asked for every turn, before any storage is touched. */
  readonly concerns: (turn: Turn) => boolean
  /** Answers, or leaves the turn (`undefined`) to the next interceptor it concerns, then to the intent's handler. */
  readonly handle: (turn: Turn, context: Context) => Reply | undefined | Promise<Reply | undefined>
}
