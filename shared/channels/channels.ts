import type { Channel } from './channel.ts'
import { dialogflowMessenger } from './dialogflow-messenger.ts'
import { facebook } from './facebook.ts'
import { googleChat } from './google-chat.ts'
import { line } from './line.ts'
import { microsoftTeams } from './microsoft-teams.ts'
import { slack } from './slack.ts'
import { telegram } from './telegram.ts'
import { telephony } from './telephony.ts'
import { twilio } from './twilio.ts'
import { viber } from './viber.ts'
import { webClient } from './web-client.ts'

/** A message is of one channel at most, but for a session token, which can come along with any and counts last. */
export const channels: readonly Channel[] = [
  slack,
  microsoftTeams,
  twilio,
  facebook,
  telegram,
  line,
  viber,
  googleChat,
  telephony,
  dialogflowMessenger,
  webClient,
]
