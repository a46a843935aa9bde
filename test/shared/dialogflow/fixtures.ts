import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import cxV3 from '../../fixtures/dialogflow/cx-v3.json' with { type: 'json' }
import esV2 from '../../fixtures/dialogflow/es-v2.json' with { type: 'json' }
import esV2beta1 from '../../fixtures/dialogflow/es-v2beta1.json' with { type: 'json' }
import esWelcome from '../../fixtures/dialogflow/es-welcome.json' with { type: 'json' }

export const bodies = { esWelcome, esV2, esV2beta1, cxV3 }

export function turnOf(body: JsonObject): Turn {
  const turn = parseTurn(body)
  if (!turn.ok) throw new Error(`not a turn: ${JSON.stringify(turn.error)}`)
  return turn.value
}

export const turns = {
  esWelcome: turnOf(esWelcome),
  esV2: turnOf(esV2),
  esV2beta1: turnOf(esV2beta1),
  cxV3: turnOf(cxV3),
}
