import type { JsonObject } from '../../../shared/runtime/json.ts'

/** How somebody in a channel reaches the agent: `originalDetectIntentRequest` of their messages. */
export type ChannelUser = { readonly name: string; readonly origin: JsonObject }

export const SLACK_TEAM = 'T024BE7LD'
export const SMS_NUMBER = '+15550100999'

const TWILIO_ACCOUNT = 'AC0123456789abcdef0123456789abcdef'

/** In a direct message to the app, by Dialogflow's own integration. */
export const slackUser = (user: string): ChannelUser => ({
  name: 'slack',
  origin: {
    source: 'slack',
    payload: {
      data: {
        team_id: SLACK_TEAM,
        type: 'event_callback',
        event: { type: 'message', channel_type: 'im', channel: `D${user}`, user, team: SLACK_TEAM },
      },
    },
  },
})

/** By a connector of the deployment's own, which hands on what Twilio's webhook says. */
export const smsUser = (number: string): ChannelUser => ({
  name: 'sms',
  origin: { payload: { AccountSid: TWILIO_ACCOUNT, From: number, To: SMS_NUMBER } },
})
