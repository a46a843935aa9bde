import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defineIntent } from '../../../functions/webhook/define-intent.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { hi, serveWebhook } from './served-webhook.ts'

const environment = {
  AUTHENTICATION_SERVICES: 'env:SERVICES',
  SERVICES: JSON.stringify({
    services: [
      {
        name: 'google-calendar',
        grantType: 'AUTHORIZATION_CODE',
        identityProvider: 'google',
        clientId: 'client',
        clientSecret: 'env:CLIENT_SECRET',
        scopes: ['openid'],
      },
    ],
  }),
  AUTH_BASE_URL: 'https://auth.example',
  TOKEN_KEYS: 'env:KEYRING',
  SESSION_KEYS: 'env:KEYRING',
  KEYRING: JSON.stringify({ active: 'k', keys: { k: randomBytes(32).toString('base64') } }),
}

const slack = JSON.parse(readFileSync(new URL('../../fixtures/channels/slack.json', import.meta.url), 'utf8'))

/** The next meeting, asked for in Slack. */
const askIn = (channelType: string) => {
  const payload = structuredClone(slack.payload ?? slack.originalDetectIntentRequest?.payload)
  payload.data.event.channel_type = channelType
  payload.data.event.channel = channelType === 'im' ? 'D0123456789' : 'C0123456789'
  return {
    ...hi,
    queryResult: { ...hi.queryResult, intent: { displayName: 'account.next_meeting' } },
    originalDetectIntentRequest: { source: 'slack', payload },
  }
}

describe('a sign-in', () => {
  it('is offered in a direct message', async () => {
    await using webhook = await serveWebhook({ environment })
    expect((await webhook.call(askIn('im'))).body).toContain('https://auth.example/link/')
  })

  it.each(['channel', 'group', 'mpim'])('is not offered where others read along: %s', async channelType => {
    await using webhook = await serveWebhook({ environment })
    const { body } = await webhook.call(askIn(channelType))
    expect(body).not.toContain('/link/')
    expect(body).toContain('write to me directly')
  })

  it.each([
    ['im', 'signIn'],
    ['channel', 'notPrivate'],
  ])('for a bare authorization code comes, in %s, to %s', async (channelType, outcome) => {
    const askForCode = defineIntent({
      displayName: 'account.next_meeting',
      handle: async (_turn, { authorizationCode }) => {
        const request = {
          name: 'own',
          authorizationUrl: 'https://provider.example/authorize',
          clientId: 'c',
          scopes: [],
        }
        return reply().text((await authorizationCode(request)).outcome)
      },
    })
    await using webhook = await serveWebhook({ environment, intents: [askForCode] })
    expect(JSON.parse((await webhook.call(askIn(channelType))).body).fulfillmentText).toBe(outcome)
  })

  it('that was cancelled is over, and the user hears so', async () => {
    await using webhook = await serveWebhook({ environment })
    await webhook.call(askIn('im'))
    const cancel = { ...askIn('im'), responseId: 'another', queryResult: { ...hi.queryResult, queryText: 'Cancel' } }
    expect((await webhook.call(cancel)).body).toContain('You are not signed in')
  })

  it('has no place in a log: neither link nor words', async () => {
    await using webhook = await serveWebhook({ environment })
    const link = /\/link\/([\w-]+)/.exec((await webhook.call(askIn('im'))).body)?.[1] ?? 'no link'
    expect(JSON.stringify(webhook.entries)).not.toContain(link)
  })

  it('is not readable in the database, where its answer waits for a retry', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'answers-'))
    const path = join(directory, 'store.sqlite')
    await using webhook = await serveWebhook({ environment: { ...environment, STORE: `sqlite:${path}` } })
    const link = /\/link\/([\w-]+)/.exec((await webhook.call(askIn('im'))).body)?.[1] ?? 'no link'
    const stored = readdirSync(directory).map(file => readFileSync(join(directory, file), 'latin1'))
    rmSync(directory, { recursive: true })
    expect(stored.join()).toContain('sealed')
    expect(stored.join()).not.toContain(link)
  })

  it('is not to be had without authentication services', async () => {
    await using webhook = await serveWebhook()
    expect((await webhook.call(askIn('im'))).body).toContain('I cannot reach your account')
  })
})
