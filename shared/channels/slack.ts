import type { Fields } from '../dialogflow/fields.ts'
import type { Channel, Shows } from './channel.ts'
import { matching, within } from './checked-id.ts'
import { masked } from './masked.ts'

/** A workspace, or the organisation of an Enterprise Grid. */
const TEAM = /^[TE][A-Z0-9]{2,20}$/
const USER = /^[UW][A-Z0-9]{2,20}$/
/** Of a direct conversation with the app. `C…` and `G…` have several members. */
const DIRECT = /^D[A-Z0-9]{2,20}$/

/** https://docs.slack.dev/reference/methods/chat.postMessage advises 4,000 characters. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: 4000 }

/**
 * Slack, by Dialogflow's integration or a connector. `data` is the Events API's envelope (`team_id`, `event`), or, when a
 * button was pressed, an interaction payload (`team.id`, `user.id`, `channel.id`; from memory). In bodies of
 * 2018 the event stands without its envelope: such a message names no workspace, and therefore no user.
 *
 * In a channel shared between organisations the author's workspace (`event.team`) is not the one where the app is.
 */
export const slack: Channel = {
  name: 'slack',
  integrated: true,
  recognise({ source, data }) {
    if (source !== 'slack') return undefined
    const event = data.has('event') ? data.message('event') : data
    const installed = matching(data.string('team_id') ?? idOf(data, 'team'), TEAM)
    const author = event.has('team') ? idOf(event, 'team') : installed
    const user = matching(idOf(event, 'user'), USER)
    const type = event.string('channel_type')
    const channel = type === undefined || type === 'im' ? matching(idOf(event, 'channel'), DIRECT) : undefined
    const known = installed !== undefined && user !== undefined
    return {
      label: 'Slack',
      user: within(matching(author, TEAM), user),
      masked: user && masked(user),
      audience: channel === undefined ? 'shared' : 'direct',
      address: known ? { kind: 'slack', team: installed, user, channel } : undefined,
      shows: SHOWS,
    }
  },
}

/** Events give ids, interactions objects with an `id`. */
const idOf = (fields: Fields, name: string): string | undefined =>
  typeof fields.value(name) === 'string' ? fields.string(name) : fields.message(name).string('id')
