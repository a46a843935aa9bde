import type { Channel, Shows } from './channel.ts'
import { matching, within } from './checked-id.ts'
import { masked } from './masked.ts'

const USER = /^U[0-9a-f]{32}$/

/** https://developers.line.biz/en/reference/messaging-api/#text-message: 5,000 characters. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: 5000 }

/**
 * LINE. `data` is one webhook event, whose `source` tells user, group or room. A user's id is unique within the provider
 * that runs the bot, which the event does not name: the agent stands for it. In groups it can be missing.
 */
export const line: Channel = {
  name: 'line',
  integrated: true,
  recognise({ source, data, agent }) {
    if (source !== 'line') return undefined
    const origin = data.message('source')
    const user = matching(origin.string('userId'), USER)
    return {
      label: 'LINE',
      user: within(agent, user),
      masked: user && masked(user),
      audience: origin.string('type') === 'user' ? 'direct' : 'shared',
      address: undefined,
      shows: SHOWS,
    }
  },
}
