import type { Fields } from '../dialogflow/fields.ts'
import type { Channel, Shows } from './channel.ts'
import { matching } from './checked-id.ts'
import { masked } from './masked.ts'

const ID = /^[1-9]\d{0,15}$/

/** https://core.telegram.org/bots/api#sendmessage: 1–4096 characters. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: 4096 }

/**
 * Telegram. `data` is an Update (with a `message` or the `callback_query` of a pressed button) or, in Dialogflow's later
 * form, the message itself. Ids are Telegram's own, numbers or their digits, and the chat with one user has that user's.
 */
export const telegram: Channel = {
  name: 'telegram',
  integrated: true,
  recognise({ source, data }) {
    if (source !== 'telegram') return undefined
    const pressed = data.message('callback_query')
    const message = [data, pressed].find(part => part.has('message'))?.message('message') ?? data
    const from = (data.has('callback_query') ? pressed : message).message('from')
    const user = from.flag('is_bot') ? undefined : idOf(from)
    const chat = message.message('chat')
    const alone = chat.string('type') === 'private' && user !== undefined && idOf(chat) === user
    return {
      label: 'Telegram',
      user: user === undefined ? undefined : [user],
      masked: user && masked(user),
      audience: alone ? 'direct' : 'shared',
      address: undefined,
      shows: SHOWS,
    }
  },
}

const idOf = (fields: Fields): string | undefined => {
  const id = fields.value('id')
  return matching(typeof id === 'number' ? String(id) : fields.string('id'), ID)
}
