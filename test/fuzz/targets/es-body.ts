import facebook from '../../fixtures/channels/facebook.json' with { type: 'json' }
import googleChat from '../../fixtures/channels/google-chat.json' with { type: 'json' }
import line from '../../fixtures/channels/line.json' with { type: 'json' }
import slack from '../../fixtures/channels/slack.json' with { type: 'json' }
import telegram from '../../fixtures/channels/telegram.json' with { type: 'json' }
import telephony from '../../fixtures/channels/telephony.json' with { type: 'json' }
import viber from '../../fixtures/channels/viber.json' with { type: 'json' }
import v2 from '../../fixtures/dialogflow/es-v2.json' with { type: 'json' }
import v2beta1 from '../../fixtures/dialogflow/es-v2beta1.json' with { type: 'json' }
import welcome from '../../fixtures/dialogflow/es-welcome.json' with { type: 'json' }
import { bodyTarget } from './body.ts'

const origins = [facebook, googleChat, line, slack, telegram, telephony, viber]

const fromChannels = origins.map(originalDetectIntentRequest => ({ ...welcome, originalDetectIntentRequest }))

export const esBody = bodyTarget('es', [v2, v2beta1, welcome, ...fromChannels])
