import type { ChannelAccount, ChannelName } from '../../../shared/channels/channel.ts'
import type { Identity } from '../../../shared/oauth/grant.ts'

/** An account that Dialogflow's own servers vouch for. */
export const accountOf = (channel: ChannelName, name: string, more: Partial<ChannelAccount> = {}): ChannelAccount => ({
  channel,
  label: channel,
  id: JSON.stringify([channel, 'T1', name]),
  proof: 'integration',
  audience: 'direct',
  address: { kind: 'slack', team: 'T1', user: name, channel: undefined },
  masked: `…${name.slice(-1)}`,
  shows: { links: 'button', chips: true, maxLength: undefined },
  ...more,
})

export const adaInSlack = accountOf('slack', 'ada.slack')
export const adaInTeams = accountOf('microsoft_teams', 'ada.teams', {
  address: {
    kind: 'microsoft_teams',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    tenant: 'tenant-1',
    user: '29:ada.teams',
    bot: '28:bot',
    conversation: undefined,
  },
})
export const adaOnThePhone = accountOf('twilio', 'ada.phone', {
  address: { kind: 'twilio', to: '+15550001111', from: '+15559990000' },
})
export const graceInSlack = accountOf('slack', 'grace.slack')
export const inTelegram = accountOf('telegram', 'ada.telegram', { address: undefined })
export const aSession = accountOf('slack', 'session', { proof: 'session', channel: undefined, address: undefined })

export const identityOf = (subject: string, service = 'mail'): Identity => ({
  service,
  issuer: 'https://idp.example.com',
  subject,
})

export const ada = identityOf('ada.subject')
export const adaAtCrm = identityOf('ada.at.crm', 'crm')
export const grace = identityOf('grace.subject')
