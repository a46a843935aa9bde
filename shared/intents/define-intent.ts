import type { Reply } from '../dialogflow/reply.ts'
import type { Turn } from '../dialogflow/turn.ts'
import type { HandlerContext } from './handler-context.ts'

/** One intent of the agent and what answers it. It has at least one of the three names; each is compared exactly. */
export type IntentDefinition<Context extends HandlerContext = HandlerContext> = {
  /** ES: the intent's display name. Looked at before `action`. */
  readonly displayName?: string
  /** ES: the intent's action. */
  readonly action?: string
  /** CX: the tag of the fulfillment. */
  readonly tag?: string
  /**
   * Running it twice for one call does no harm: it only looks something up, or says something. It is then run for every
   * retry, and no storage is touched. Offering a sign-in is not idempotent: each run makes a link of its own. Left out, a call and its retries run it once: see `once-only.ts`.
   */
  readonly idempotent?: true
  readonly handle: (turn: Turn, context: Context) => Reply | Promise<Reply>
}

/**
 * Defines an intent, in a file of its own:
 *
 *     export const openingHours = defineIntent({
 *       displayName: 'Opening Hours',
 *       tag: 'opening-hours',
 *       idempotent: true,
 *       handle: () => reply().text({ en: 'From nine to five.', fr: 'De neuf heures à cinq heures.' }),
 *     })
 */
export const defineIntent = <Context extends HandlerContext = HandlerContext>(
  definition: IntentDefinition<Context>,
): IntentDefinition<Context> => definition
