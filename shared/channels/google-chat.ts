import type { Channel, Shows } from './channel.ts'
import { matching } from './checked-id.ts'
import { masked } from './masked.ts'

const PREFIX = 'users/'
const USER = /^users\/\d{1,32}$/

/** https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages: 32,000 bytes; four to a character. */
const SHOWS: Shows = { links: 'button', chips: false, maxLength: 8000 }

/**
 * Google Chat, which Dialogflow calls `hangouts`. `data.event` (or a connector's `data`) is Chat's event; the source's name
 * and where the event stands are from public handlers, not from documentation. A user's number is Google's own.
 *
 * A `DIRECT_MESSAGE` may be between two people: only with `singleUserBotDm`, or the older type `DM`, is it with the app.
 */
export const googleChat: Channel = {
  name: 'google_chat',
  integrated: true,
  recognise({ source, data }) {
    if (source !== 'hangouts' && source !== 'google_chat') return undefined
    const event = data.has('event') ? data.message('event') : data
    const author = event.message('user')
    const user = author.string('type') === 'BOT' ? undefined : matching(author.string('name'), USER)
    const space = event.message('space')
    const alone = space.flag('singleUserBotDm') || space.string('type') === 'DM'
    return {
      label: 'Google Chat',
      user: user === undefined ? undefined : [user],
      masked: user && masked(user.slice(PREFIX.length)),
      audience: alone ? 'direct' : 'shared',
      address: undefined,
      shows: SHOWS,
    }
  },
}
