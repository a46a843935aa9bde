import type { Reply } from '../dialogflow/reply.ts'
import type { Turn } from '../dialogflow/turn.ts'
import type { IntentDefinition } from './define-intent.ts'
import type { HandlerContext } from './handler-context.ts'
import type { Interceptor } from './interceptor.ts'

/** Who may answer a turn. */
export type Handlers<Context extends HandlerContext> = {
  readonly interceptors: readonly Interceptor<Context>[]
  readonly intent: IntentDefinition<Context> | undefined
}

/** The reply of the first interceptor that answers, else that of the intent's handler; `undefined` if there is none. */
export const runHandlers = async <Context extends HandlerContext>(
  { interceptors, intent }: Handlers<Context>,
  turn: Turn,
  context: Context,
): Promise<Reply | undefined> => {
  for (const interceptor of interceptors) {
    const reply = await interceptor.handle(turn, context)
    if (reply !== undefined) return checked(reply)
  }
  return intent && checked(await intent.handle(turn, context))
}

/** Types are stripped, not checked, when the function starts: a forgotten `return` shows here. */
const checked = (reply: Reply): Reply => {
  if (!Array.isArray(reply?.parts)) throw new TypeError('a handler returns a Reply')
  return reply
}
