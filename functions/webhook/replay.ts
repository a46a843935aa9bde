import { parseTurn } from '../../shared/dialogflow/parse-turn.ts'
import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { Registry } from '../../shared/intents/registry.ts'
import type { JsonObject, JsonValue } from '../../shared/runtime/json.ts'
import { type Accounts, contextWith } from './accounts.ts'
import type { Speaking } from './speaker.ts'
import type { WebhookContext } from './webhook-context.ts'

/** Answers a turn that a sign-in has interrupted; `undefined` if there is none, or nobody answers it. */
export type Replay = (
  interrupted: JsonValue | undefined,
  by: Speaking,
  context: WebhookContext,
) => Promise<Reply | undefined>

export const createReplay =
  (accounts: Accounts, registry: Registry<WebhookContext>): Replay =>
  async (interrupted, by, context) => {
    const turn = isObject(interrupted) ? parseTurn(interrupted) : undefined
    if (turn?.ok !== true) return undefined
    return await registry.find(turn.value)?.handle(turn.value, contextWith(accounts, by)(context, turn.value))
  }

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
