import { createSlackSender } from './send-slack.ts'
import { createTeamsSender } from './send-teams.ts'
import { createTwilioSender } from './send-twilio.ts'
import { SEND_TIMEOUT_MS, type Send, type SenderParts } from './sender.ts'

/** One way to all channels that can be reached. Another one is a kind of `Address`, a file, and a line here. */
export const createSend = (parts: SenderParts): Send => {
  const slack = createSlackSender(parts)
  const teams = createTeamsSender(parts)
  const twilio = createTwilioSender(parts)

  return (address, message) => {
    const signal = AbortSignal.timeout(parts.timeoutMs ?? SEND_TIMEOUT_MS)
    switch (address.kind) {
      case 'slack':
        return slack(address, message, signal)
      case 'microsoft_teams':
        return teams(address, message, signal)
      case 'twilio':
        return twilio(address, message, signal)
    }
  }
}
