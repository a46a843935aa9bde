import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'

const turnOf = (body: JsonObject): Turn => {
  const turn = parseTurn(body)
  if (!turn.ok) throw new Error(turn.error.code)
  return turn.value
}

export type EsFields = {
  readonly intent?: string
  readonly action?: string
  readonly text?: string
  readonly responseId?: string
  readonly session?: string
}

export const esTurn = (fields: EsFields = {}): Turn => {
  const { intent = 'Order', action = '', text = 'two, please', responseId = 'response-1', session } = fields
  return turnOf({
    responseId,
    session: session ?? 'projects/agent-one/agent/sessions/alice',
    queryResult: { queryText: text, action, languageCode: 'en', intent: { displayName: intent } },
  })
}

export const cxTurn = (tag: string): Turn =>
  turnOf({
    detectIntentResponseId: 'response-1',
    fulfillmentInfo: { tag },
    sessionInfo: { session: 'projects/p/locations/global/agents/a/sessions/s' },
  })
