import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import dialogflowMessenger from '../../fixtures/channels/dialogflow-messenger.json' with { type: 'json' }
import facebook from '../../fixtures/channels/facebook.json' with { type: 'json' }
import googleChat from '../../fixtures/channels/google-chat.json' with { type: 'json' }
import line from '../../fixtures/channels/line.json' with { type: 'json' }
import microsoftTeams from '../../fixtures/channels/microsoft-teams.json' with { type: 'json' }
import slack from '../../fixtures/channels/slack.json' with { type: 'json' }
import telegram from '../../fixtures/channels/telegram.json' with { type: 'json' }
import telegramUpdate from '../../fixtures/channels/telegram-update.json' with { type: 'json' }
import telephony from '../../fixtures/channels/telephony.json' with { type: 'json' }
import twilioSms from '../../fixtures/channels/twilio-sms.json' with { type: 'json' }
import twilioWhatsApp from '../../fixtures/channels/twilio-whatsapp.json' with { type: 'json' }
import viber from '../../fixtures/channels/viber.json' with { type: 'json' }

/** As they stand in `originalDetectIntentRequest`: an integration's with its source, a connector's without. */
export const origins = {
  dialogflowMessenger,
  facebook,
  googleChat,
  line,
  microsoftTeams,
  slack,
  telegram,
  telegramUpdate,
  telephony,
  twilioSms,
  twilioWhatsApp,
  viber,
}

export const ES_SESSION = 'projects/travel-desk/agent/sessions/3c1f9a4e-7d21'
export const CX_SESSION = 'projects/travel-desk/locations/global/agents/a1/sessions/3c1f9a4e-7d21'

const turnOf = (body: JsonObject): Turn => {
  const turn = parseTurn(body)
  if (!turn.ok) throw new Error(`not a turn: ${JSON.stringify(turn.error)}`)
  return turn.value
}

export const esTurn = (originalDetectIntentRequest: JsonObject, session = ES_SESSION): Turn =>
  turnOf({ session, queryResult: { queryText: 'hi' }, originalDetectIntentRequest })

export const cxTurn = (payload: JsonObject): Turn =>
  turnOf({ sessionInfo: { session: CX_SESSION }, fulfillmentInfo: { tag: 't' }, payload })

/** The same with one value, at a dotted path, exchanged or (`undefined`) left out. */
export const changed = (value: JsonObject, path: string, to: unknown): JsonObject => {
  const copy = structuredClone(value)
  const names = path.split('.')
  const last = names.pop() ?? ''
  let at: object = copy
  for (const name of names) at = Object(Reflect.get(at, name))
  Reflect.set(at, last, to)
  return JSON.parse(JSON.stringify(copy))
}
