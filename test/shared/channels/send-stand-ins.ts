import type { StandIn } from '../../../infra/local/stand-ins/stand-in-api.ts'
import { startStandInSlack } from '../../../infra/local/stand-ins/stand-in-slack.ts'
import { type StandInTeams, startStandInTeams } from '../../../infra/local/stand-ins/stand-in-teams.ts'
import { startStandInTwilio } from '../../../infra/local/stand-ins/stand-in-twilio.ts'
import type { Address } from '../../../shared/channels/address.ts'
import { CHANNEL_ENDPOINTS, type ChannelEndpoints } from '../../../shared/channels/sender.ts'

const TEAM = 'T0AAAAAAA'
const TOKEN = 'xoxb-1234567890-abcdefghij'
const BOT = '28:11111111-2222-3333-4444-555555555555'
const APP_ID = '11111111-2222-3333-4444-555555555555'
const APP_PASSWORD = 'the~password.of-the-bot'
export const OWN_NUMBER = '+15550100100'
const ACCOUNT_SID = `AC${'1'.repeat(32)}`
const AUTH_TOKEN = 'the-auth-token-of-twilio'

/** What `CHANNEL_CREDENTIALS` leads to. */
export const credentials = {
  slack: { [TEAM]: TOKEN },
  microsoft_teams: { [BOT]: { appId: APP_ID, appPassword: APP_PASSWORD } },
  twilio: { [OWN_NUMBER]: { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN } },
}

/** What must be in no log. */
export const secrets = [TOKEN, APP_PASSWORD, AUTH_TOKEN]

/** Ada's accounts. */
export const slack: Address & { kind: 'slack' } = { kind: 'slack', team: TEAM, user: 'U0ADA', channel: 'DU0ADA' }
export const teams: Address & { kind: 'microsoft_teams' } = {
  kind: 'microsoft_teams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  tenant: '99999999-2222-3333-4444-555555555555',
  user: '29:ada',
  bot: BOT,
  conversation: 'a:29=ada',
}
export const twilio: Address & { kind: 'twilio' } = { kind: 'twilio', to: '+15550100199', from: OWN_NUMBER }

export type StandIns = AsyncDisposable & {
  readonly slack: StandIn
  readonly teams: StandInTeams
  readonly twilio: StandIn
  readonly endpoints: ChannelEndpoints
  /** `CHANNEL_ENDPOINTS` */
  readonly variable: string
}

export const startStandIns = async (): Promise<StandIns> => {
  await using starting = new AsyncDisposableStack()
  const slack = starting.use(await startStandInSlack({ tokens: [TOKEN] }))
  const teams = starting.use(await startStandInTeams({ appId: APP_ID, appPassword: APP_PASSWORD, bot: BOT }))
  const twilio = starting.use(
    await startStandInTwilio({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, numbers: [OWN_NUMBER] }),
  )
  const owned = starting.move()
  return {
    slack,
    teams,
    twilio,
    endpoints: {
      ...CHANNEL_ENDPOINTS,
      slack: slack.origin,
      twilio: twilio.origin,
      microsoftLogin: teams.origin,
      microsoftTeams: teams.origin,
    },
    variable: `slack=${slack.origin},twilio=${twilio.origin},microsoft_login=${teams.origin},microsoft_teams=${teams.origin}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
