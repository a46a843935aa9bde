import { type StandIn, type StandInAnswer, type StandInOptions, startStandIn } from './stand-in-api.ts'

/** https://www.twilio.com/docs/api/errors */
const error = (status: number, code: number, message: string): StandInAnswer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})

const NUMBER = /^(?:whatsapp:)?\+[1-9]\d{6,14}$/
const LINK = /\n(https:\/\/\S+)$/

export interface StandInTwilioOptions extends StandInOptions {
  readonly accountSid: string
  readonly authToken: string
  /** The account's own numbers. */
  readonly numbers: readonly string[]
}

/** Twilio's REST API, as far as messages are created. */
export const startStandInTwilio = (options: StandInTwilioOptions): Promise<StandIn> => {
  const { accountSid, authToken, numbers } = options
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`

  return startStandIn(
    {
      refusal: error(400, 21610, 'Attempt to send to unsubscribed recipient'),
      answer({ method, path, headers, body }, arrive) {
        if (headers.authorization !== credentials) return error(401, 20003, 'Authenticate')
        if (method !== 'POST' || path !== `/2010-04-01/Accounts/${accountSid}/Messages.json`) {
          return error(404, 20404, 'The requested resource was not found')
        }
        const isForm = headers['content-type'] === 'application/x-www-form-urlencoded'
        const form = new URLSearchParams(isForm ? body : '')
        const [from, to, text] = [form.get('From') ?? '', form.get('To') ?? '', form.get('Body') ?? '']
        if (!NUMBER.test(to)) return error(400, 21211, "The 'To' number is not a valid phone number.")
        if (!numbers.includes(from))
          return error(400, 21606, "The 'From' number is not a valid message-capable number.")
        if (text === '') return error(400, 21602, 'Message body is required.')
        if (text.length > 1600)
          return error(400, 21617, 'The concatenated message body exceeds the 1600 character limit.')
        const link = LINK.exec(text)?.[1]
        arrive({ to, text: text.replace(LINK, ''), ...(link !== undefined && { link }) })
        return { status: 201, body: { sid: `SM${'0'.repeat(32)}`, status: 'queued', from, to, body: text } }
      },
    },
    options,
  )
}
