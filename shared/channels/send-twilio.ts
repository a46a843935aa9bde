import type { Address } from './address.ts'
import { outcomeOf, reasonOf } from './send-outcome.ts'
import { sendRequest } from './send-request.ts'
import { withLink } from './send-text.ts'
import type { OutgoingMessage, SenderParts, SendOutcome } from './sender.ts'

type TwilioAddress = Extract<Address, { kind: 'twilio' }>

const MAX_LENGTH = 1600

/**
 * SMS and WhatsApp, from the number that the user has written to. 201 says that Twilio has queued it.
 * https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export const createTwilioSender =
  ({ credentials, endpoints, fetch }: Omit<SenderParts, 'clock'>) =>
  async ({ from, to }: TwilioAddress, { text, link }: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome> => {
    const account = credentials.twilio.get(from)
    if (account === undefined) return { outcome: 'refused', reason: 'no_credentials' }
    const { accountSid, authToken } = account
    const reply = await sendRequest(fetch, {
      url: `${endpoints.twilio}/2010-04-01/Accounts/${accountSid}/Messages.json`,
      headers: {
        Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ From: from, To: to, Body: withLink(text, link, MAX_LENGTH) }).toString(),
      signal,
    })
    const reason = reply.kind === 'answered' ? reasonOf('twilio', reply.body.code) : undefined
    return outcomeOf(reply, reason) ?? { outcome: 'sent' }
  }
