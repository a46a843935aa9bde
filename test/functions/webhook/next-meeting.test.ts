import http from 'node:http'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { WebhookContext } from '../../../functions/webhook/webhook-context.ts'
import { close, listen } from '../../../infra/local/listen.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'

const calendar = http.createServer((_request, response) => {
  response.end(JSON.stringify({ items: [{ summary: 'Review', start: { dateTime: '2026-12-24T09:30:00Z' } }] }))
})

// The intent reads it when it is imported: nothing above may import the intents.
let url = ''
beforeAll(async () => {
  url = `http://127.0.0.1:${await listen(calendar)}/`
})
afterAll(() => close(calendar))

it.each([
  ['en', 'Thursday, December 24, 2026'],
  ['de-AT', 'Donnerstag, 24. Dezember 2026'],
  ['en_US', 'Thursday, December 24, 2026'],
  ['x', 'Thursday, December 24, 2026'],
  ['<b>', 'Thursday, December 24, 2026'],
])('tells the date whatever the language code is: %s', async (languageCode, date) => {
  vi.stubEnv('GOOGLE_CALENDAR_URL', url)
  const { nextMeeting } = await import('../../../functions/webhook/intents/next-meeting.ts')
  const turn = parseTurn({ session: 'projects/p/agent/sessions/s', queryResult: { queryText: 'Next?', languageCode } })
  if (!turn.ok) throw new Error(turn.error.code)
  const account = {
    outcome: 'token',
    accessToken: 'token',
    expiresAt: 0,
    scopes: [],
    identity: { service: 's', issuer: 'i', subject: 'u' },
  } as const
  const failed = async () => ({ outcome: 'failed', failure: { code: 'deadline' } }) as const
  const notAsked = () => Promise.reject(new Error('not asked'))
  const context: WebhookContext = {
    signal: AbortSignal.timeout(5000),
    remainingMs: () => 5000,
    clock: Date.now,
    log: () => {},
    clientCredentials: failed,
    requireAccount: failed,
    resetTokens: failed,
    authorizationCode: failed,
    withAccount: async (_service, use) => await use(account),
    withProvenUser: notAsked,
    linkChannelAccount: notAsked,
    unlinkChannelAccount: notAsked,
    forgetUser: notAsked,
    exportUserData: notAsked,
  }
  expect(JSON.stringify(await nextMeeting.handle(turn.value, context))).toContain(date)
})
