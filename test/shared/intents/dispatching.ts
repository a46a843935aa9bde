import { reply } from '../../../shared/dialogflow/reply.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import type { IntentDefinition } from '../../../shared/intents/define-intent.ts'
import { createDispatcher, type DispatcherOptions } from '../../../shared/intents/dispatcher.ts'
import { fallbackText } from '../../../shared/intents/fallback-text.ts'
import type { HandlerContext } from '../../../shared/intents/handler-context.ts'
import type { Outcome } from '../../../shared/intents/outcome.ts'
import { createRegistry } from '../../../shared/intents/registry.ts'
import { describeRegistryProblems } from '../../../shared/intents/registry-problem.ts'
import { recordLog } from './recorded-log.ts'

/** What the user hears where there is no answer. */
export const sorry = { parts: [{ kind: 'text', text: fallbackText }] }

export const says = (text: string) => ({ parts: [{ kind: 'text', text }] })

export const say = (text: string) => reply().text(text)

/** A dispatcher like one process has it, with a log of its own. Its deadline is 4500 ms. */
export const dispatching = (
  intents: readonly IntentDefinition[],
  options: Partial<DispatcherOptions<HandlerContext>> = {},
) => {
  const registry = createRegistry(intents)
  if (!registry.ok) throw new Error(describeRegistryProblems(registry.error))
  const dispatcher = createDispatcher({
    registry: registry.value,
    contextFor: context => context,
    store: () => {
      throw new Error('this test has no store')
    },
    clock: () => Date.now(),
    deadlineMs: 4500,
    ...options,
  })
  const log = recordLog()
  const dispatch = (turn: Turn, call: { readonly signal?: AbortSignal; readonly receivedAt?: number } = {}) =>
    dispatcher(turn, { log: log.log, ...call })
  return { dispatch, ...log }
}

/** An outcome without the classes its reply is made of. */
export const plain = ({ reply, ...outcome }: Outcome) => ({ ...outcome, reply: JSON.parse(JSON.stringify(reply)) })
