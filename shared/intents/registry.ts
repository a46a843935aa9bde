import type { Turn } from '../dialogflow/turn.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { IntentDefinition } from './define-intent.ts'
import type { HandlerContext } from './handler-context.ts'
import { nameKinds, type RegistryProblem } from './registry-problem.ts'

export type Registry<Context extends HandlerContext = HandlerContext> = {
  /** The intent that answers a turn. ES: by its display name, then by its action. CX: by the fulfillment's tag. */
  readonly find: (turn: Turn) => IntentDefinition<Context> | undefined
}

/** Lists the agent's intents, and reports every problem at once. */
export const createRegistry = <Context extends HandlerContext = HandlerContext>(
  intents: readonly IntentDefinition<Context>[],
): Result<Registry<Context>, readonly RegistryProblem[]> => {
  const problems: RegistryProblem[] = []
  const byName = {
    displayName: new Map<string, IntentDefinition<Context>>(),
    action: new Map<string, IntentDefinition<Context>>(),
    tag: new Map<string, IntentDefinition<Context>>(),
  }
  for (const [index, intent] of intents.entries()) {
    const position = index + 1
    const names = nameKinds.flatMap(kind => (intent[kind] === undefined ? [] : [{ kind, name: intent[kind] }]))
    if (names.length === 0) problems.push({ code: 'intent_unnamed', position })
    for (const { kind, name } of names) {
      const holder = byName[kind].get(name)
      if (name.trim() === '') {
        problems.push({ code: 'intent_name_empty', position, kind })
      } else if (holder !== undefined) {
        problems.push({ code: 'intent_name_duplicate', position, kind, name, first: intents.indexOf(holder) + 1 })
      } else {
        byName[kind].set(name, intent)
      }
    }
  }
  if (problems.length > 0) return fail(problems)
  const find = ({ dialect, tag, intent, action }: Turn) =>
    dialect === 'cx'
      ? byName.tag.get(tag ?? '')
      : (byName.displayName.get(intent?.displayName ?? '') ?? byName.action.get(action ?? ''))
  return ok({ find })
}
