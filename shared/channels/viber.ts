import type { Channel, Shows } from './channel.ts'
import { matching, within } from './checked-id.ts'
import { masked } from './masked.ts'

/** Base64. */
const USER = /^[A-Za-z0-9+/]{12,64}={0,2}$/

/** https://developers.viber.com/docs/api/rest-bot-api/#text-message: 7,000 characters. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: 7000 }

/**
 * Viber. `data` is the callback of Viber's bot API; that Dialogflow hands it on as it does for the others is from memory.
 * `sender.id` is of this bot alone, for which the agent stands. Bots talk with one user at a time.
 */
export const viber: Channel = {
  name: 'viber',
  integrated: true,
  recognise({ source, data, agent }) {
    if (source !== 'viber') return undefined
    const user = matching(data.message('sender').string('id'), USER)
    return {
      label: 'Viber',
      user: within(agent, user),
      masked: user && masked(user),
      audience: 'direct',
      address: undefined,
      shows: SHOWS,
    }
  },
}
