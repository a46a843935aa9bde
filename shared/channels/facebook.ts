import type { Channel, Shows } from './channel.ts'
import { matching, within } from './checked-id.ts'
import { masked } from './masked.ts'

const ID = /^\d{4,32}$/

/** https://developers.facebook.com/docs/messenger-platform/reference/send-api: 2,000 characters. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: 2000 }

/**
 * Facebook Messenger. `data` is one messaging event: `sender.id` is the user, a number of this page (`recipient.id`) alone.
 * Messenger lets no page into a group.
 */
export const facebook: Channel = {
  name: 'facebook',
  integrated: true,
  recognise({ source, data }) {
    if (source !== 'facebook') return undefined
    const user = matching(data.message('sender').string('id'), ID)
    return {
      label: 'Facebook Messenger',
      user: within(matching(data.message('recipient').string('id'), ID), user),
      masked: user && masked(user),
      audience: 'direct',
      address: undefined,
      shows: SHOWS,
    }
  },
}
