import type { Channel, Shows } from './channel.ts'
import { matching } from './checked-id.ts'
import { masked } from './masked.ts'
import { PHONE_NUMBER } from './phone-number.ts'

const ACCOUNT = /^AC[0-9a-f]{32}$/
const WHATSAPP = 'whatsapp:'

/** https://www.twilio.com/docs/messaging/api/message-resource: 1,600 characters, on WhatsApp too. */
const SHOWS: Shows = { links: 'text', chips: false, maxLength: 1600 }

/**
 * SMS and WhatsApp by Twilio: `data` is the request of Twilio's webhook (`From`, `To`, `AccountSid`), or a connector's
 * payload is, as in Google's sample. Dialogflow's own integration of the past named the source `twilio`.
 *
 * The number is the account, and as an SMS and as a WhatsApp number it is two. A network can be made to show another
 * SMS sender, but the answer goes to the number's holder alone. Short codes and names are no persons.
 */
export const twilio: Channel = {
  name: 'twilio',
  integrated: true,
  recognise({ source, data }) {
    const here = source === undefined ? matching(data.string('AccountSid'), ACCOUNT) !== undefined : source === 'twilio'
    if (!here) return undefined
    const from = data.string('From')
    const scheme = from?.startsWith(WHATSAPP) ? WHATSAPP : ''
    const user = numberOf(from, scheme)
    const own = numberOf(data.string('To'), scheme)
    return {
      label: scheme === WHATSAPP ? 'WhatsApp' : 'SMS',
      user: user === undefined ? undefined : [user],
      masked: user && masked(user.slice(scheme.length)),
      audience: 'direct',
      address: user === undefined || own === undefined ? undefined : { kind: 'twilio', to: user, from: own },
      shows: SHOWS,
    }
  },
}

/** With its scheme, `whatsapp:` or none; `undefined` where the rest is no number. */
const numberOf = (text: string | undefined, scheme: string): string | undefined =>
  text?.startsWith(scheme) && PHONE_NUMBER.test(text.slice(scheme.length)) ? text : undefined
