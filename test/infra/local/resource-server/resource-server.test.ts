import * as client from 'openid-client'
import { describe, expect, test } from 'vitest'
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../../../../infra/local/identity-provider/identity-provider.ts'
import { startResourceServer } from '../../../../infra/local/resource-server/resource-server.ts'
import { googleCalendar } from '../../../../infra/local/resource-server/resource-server-google-calendar.ts'
import { microsoftGraph } from '../../../../infra/local/resource-server/resource-server-microsoft-graph.ts'
import { orders } from '../../../../infra/local/resource-server/resource-server-orders.ts'
import { openidClient, registered, tokensFor } from '../identity-provider/identity-provider-client.ts'

const NOON = Date.parse('2027-01-11T12:00:30Z')
const clock = () => NOON

interface Body {
  readonly items?: readonly object[]
  readonly value?: readonly object[]
}

const get = async (url: URL | string, accessToken?: string) => {
  const response = await fetch(
    url,
    accessToken === undefined ? {} : { headers: { Authorization: `Bearer ${accessToken}` } },
  )
  const body: Body = JSON.parse(await response.text())
  return { status: response.status, challenge: response.headers.get('WWW-Authenticate'), body }
}

const stop = async (...servers: AsyncDisposable[]) => {
  for (const server of servers) await server[Symbol.asyncDispose]()
}

describe('Google Calendar', () => {
  const start = async () => {
    const provider = await startIdentityProvider({ persona: 'google', clients: [registered] })
    const server = await startResourceServer({ provider, api: googleCalendar({ clock }) })
    const at = (query: string) => new URL(`/calendar/v3/calendars/primary/events?${query}`, server.url)
    return {
      provider,
      server,
      at,
      [Symbol.asyncDispose]: () => stop(provider, server),
    }
  }
  const tokenOf = async (
    provider: IdentityProvider,
    account: string,
    scope = 'https://www.googleapis.com/auth/calendar.readonly',
  ) => (await tokensFor(provider, await openidClient(provider), account, { scope: `openid ${scope}` })).access_token

  test('has the next meeting of whoever the token belongs to', async () => {
    await using estate = await start()
    const query = 'timeMin=2027-01-11T12:00:30Z&singleEvents=true&orderBy=startTime&maxResults=1'
    for (const [account, name] of [
      ['ada', 'Ada Lovelace'],
      ['grace', 'Grace Hopper'],
    ] as const) {
      const { status, body } = await get(estate.at(query), await tokenOf(estate.provider, account))
      expect(status).toBe(200)
      expect(body).toMatchObject({ kind: 'calendar#events', timeZone: 'UTC', summary: `${account}@contoso.example` })
      expect(body.items).toHaveLength(1)
      expect(body.items?.[0]).toMatchObject({
        kind: 'calendar#event',
        status: 'confirmed',
        summary: `Design review with ${name}`,
        start: { dateTime: '2027-01-11T12:45:00Z', timeZone: 'UTC' },
        end: { dateTime: '2027-01-11T13:45:00Z', timeZone: 'UTC' },
      })
    }
  })

  test.each([
    ['', 3],
    ['timeMin=2027-01-11T12:00:00%2B00:00', 2],
    ['timeMin=2027-01-11T13:00:00Z', 2],
    ['timeMax=2027-01-11T12:00:00Z', 1],
    ['timeMin=2027-01-11T12:00:00Z&timeMax=2027-01-11T13:00:00Z', 1],
  ])('keeps to the range: %s', async (query, expected) => {
    await using estate = await start()
    const { body } = await get(estate.at(query), await tokenOf(estate.provider, 'ada'))
    expect(body.items).toHaveLength(expected)
  })

  test.each([
    ['an order without single events', 'orderBy=startTime'],
    ['a time without an offset', 'timeMin=2027-01-11T12:00:00'],
    ['a plus sign that was not encoded', 'timeMin=2027-01-11T12:00:00+00:00'],
  ])('refuses %s', async (_, query) => {
    await using estate = await start()
    const answer = await get(estate.at(query), await tokenOf(estate.provider, 'ada'))
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 400 } } })
  })

  test('refuses a dead token, and says so', async () => {
    await using estate = await start()
    const token = await tokenOf(estate.provider, 'ada')
    estate.provider.expireAccessTokens()
    for (const dead of [token, 'never-alive', 'not a token']) {
      expect(await get(estate.at(''), dead)).toMatchObject({
        status: 401,
        challenge: 'Bearer error="invalid_token"',
        body: { error: { code: 401 } },
      })
    }
    expect(estate.server.count(401)).toBe(3)
  })

  test('asks for a token when there is none', async () => {
    await using estate = await start()
    expect(await get(estate.at(''))).toMatchObject({ status: 401, challenge: 'Bearer' })
  })

  test('refuses a token without its scope', async () => {
    await using estate = await start()
    const token = await tokenOf(estate.provider, 'ada', 'profile')
    expect(await get(estate.at(''), token)).toMatchObject({
      status: 403,
      challenge: 'Bearer error="insufficient_scope"',
    })
  })
})

describe('Microsoft Graph', () => {
  const start = async (scope: string) => {
    const provider = await startIdentityProvider({ persona: 'microsoft', clients: [registered] })
    const server = await startResourceServer({ provider, api: microsoftGraph({ clock }) })
    const { access_token } = await tokensFor(provider, await openidClient(provider), 'ada', {
      scope: `openid ${scope}`,
    })
    return {
      url: server.url,
      access_token,
      [Symbol.asyncDispose]: () => stop(provider, server),
    }
  }

  test.each(['Calendars.Read', 'https://graph.microsoft.com/Calendars.Read'])(
    'has the next meeting, for %s',
    async scope => {
      await using estate = await start(scope)
      const query = 'startDateTime=2027-01-11T12:00:30Z&endDateTime=2027-01-18T12:00:30&$top=1'
      const { status, body } = await get(new URL(`/v1.0/me/calendarView?${query}`, estate.url), estate.access_token)
      expect(status).toBe(200)
      expect(body.value).toHaveLength(1)
      expect(body.value?.[0]).toMatchObject({
        subject: 'Design review with Ada Lovelace',
        start: { dateTime: '2027-01-11T12:45:00.0000000', timeZone: 'UTC' },
        end: { dateTime: '2027-01-11T13:45:00.0000000', timeZone: 'UTC' },
        location: { displayName: 'Room Analytical Engine' },
      })
    },
  )

  test('has all events without a range, and no view without one', async () => {
    await using estate = await start('Calendars.Read')
    expect((await get(new URL('/v1.0/me/events', estate.url), estate.access_token)).body.value).toHaveLength(3)
    expect(await get(new URL('/v1.0/me/calendarView', estate.url), estate.access_token)).toMatchObject({
      status: 400,
      body: { error: { code: 'ErrorInvalidParameter' } },
    })
  })
})

describe('Orders', () => {
  test('shows an order to an application with its scope, and to no user’s', async () => {
    await using provider = await startIdentityProvider({ persona: 'oci-iam', clients: [registered] })
    await using server = await startResourceServer({ provider, api: orders })
    const configuration = await openidClient(provider)
    const { access_token } = await client.clientCredentialsGrant(configuration, { scope: 'orders.read' })
    const at = (id: string) => new URL(`/orders/${id}`, server.url)
    expect(await get(at('1001'), access_token)).toMatchObject({ status: 200, body: { id: '1001', status: 'shipped' } })
    expect(await get(at('9999'), access_token)).toMatchObject({ status: 404 })
    expect(await get(at('constructor'), access_token)).toMatchObject({ status: 404 })
    const user = await tokensFor(provider, configuration, 'ada')
    expect(await get(at('1001'), user.access_token)).toMatchObject({ status: 403 })
  })
})
