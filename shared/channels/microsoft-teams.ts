import type { Channel, Shows } from './channel.ts'
import { matching, within } from './checked-id.ts'
import { masked } from './masked.ts'
import { teamsServiceUrl } from './teams-service-url.ts'

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** A user (`29:`) and a bot (`28:`) of the Bot Framework. */
const USER = /^29:[A-Za-z0-9_-]{1,200}$/
const BOT = /^28:[A-Za-z0-9_-]{1,200}$/
/** `a:1…`, `19:…@thread.v2`, `19:…@unq.gbl.spaces`. */
const CONVERSATION = /^(?:a|\d{1,3}):[A-Za-z0-9:;=@._-]{1,512}$/

/** From memory: a message may have about 28 KB. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: 28_000 }

/**
 * Microsoft Teams. Dialogflow has no integration for it: a connector on the Bot Framework hands on its activity, whole as
 * Google's sample does, or as `data` with the source `msteams`.
 *
 * A user is known by `aadObjectId`, which is one across bots and unlike `from.id` stays; guests of a meeting have none.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
 */
export const microsoftTeams: Channel = {
  name: 'microsoft_teams',
  integrated: false,
  recognise({ source, data }) {
    if (data.string('channelId') !== 'msteams' || (source !== undefined && source !== 'msteams')) return undefined
    const conversation = data.message('conversation')
    const stated = conversation.string('tenantId') ?? data.message('channelData').message('tenant').string('id')
    const tenant = matching(stated, GUID)?.toLowerCase()
    const object = matching(data.message('from').string('aadObjectId'), GUID)?.toLowerCase()
    const direct = conversation.string('conversationType') === 'personal'

    const serviceUrl = teamsServiceUrl(data.string('serviceUrl'))
    const user = matching(data.message('from').string('id'), USER)
    const bot = matching(data.message('recipient').string('id'), BOT)
    const reachable = serviceUrl !== undefined && tenant !== undefined && user !== undefined && bot !== undefined
    const id = direct ? matching(conversation.string('id'), CONVERSATION) : undefined
    return {
      label: 'Microsoft Teams',
      user: within(tenant, object),
      masked: object && masked(object),
      audience: direct ? 'direct' : 'shared',
      address: reachable ? { kind: 'microsoft_teams', serviceUrl, tenant, user, bot, conversation: id } : undefined,
      shows: SHOWS,
    }
  },
}
