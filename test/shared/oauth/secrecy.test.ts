import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type PersonaName, personas } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import type { ProviderFetch } from '../../../shared/oauth/provider-fetch.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { ada, BASE_URL, CLIENT_SECRET, linkIdOf, openLink, shown, startEstate } from './estate.ts'

const personaNames = Object.keys(personas).filter((name): name is PersonaName => name in personas)

/** Everything in it, write-ahead log and all. */
const dump = async (folder: string): Promise<string> => {
  const files = await Promise.all((await readdir(folder)).map(file => readFile(join(folder, file), 'latin1')))
  return files.join('\n')
}

test.each(personaNames)(
  'nothing secret of a whole sign-in at %s stands in the database, in a log or in a URL of ours',
  async persona => {
    const folder = await mkdtemp(join(tmpdir(), 'secrecy-'))
    const clock = { now: Date.now() }
    const store = sqliteStore(join(folder, 'store.sqlite'), { clock: () => clock.now })
    await using estate = await startEstate({ persona, store, clock, rotation: true })
    const secrets = new Map<string, string>([['client secret', CLIENT_SECRET]])
    const dumps: string[] = []
    const urls: string[] = []

    // Whatever the provider gives, and whatever it is given.
    const fetch: ProviderFetch = async (url, options) => {
      urls.push(url)
      const response = await estate.idp.fetch(url, options)
      const text = await response.clone().text()
      for (const name of ['access_token', 'refresh_token', 'id_token']) {
        const token = new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1]
        if (token !== undefined) secrets.set(`${name} ${secrets.size}`, token)
      }
      if (options.body instanceof URLSearchParams)
        secrets.set('verifier', options.body.get('code_verifier') ?? CLIENT_SECRET)
      return response
    }
    const oauth = estate.anotherInstance({ fetch })
    const turn = {
      speaker: ada,
      shown,
      signal: AbortSignal.timeout(20_000),
      interrupted: { text: 'my secret question' },
    }
    const { requireAccount, resetTokens, clientCredentials } = oauth.forTurn(turn)

    const offered = await requireAccount(persona)
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    secrets.set('link', linkIdOf(offered.linkUrl))
    secrets.set('interrupted turn', 'my secret question')
    const browser = await openLink(oauth, offered.linkUrl)
    secrets.set('cookie', browser.cookie)
    const sent = new URL(browser.authorizationUrl).searchParams
    for (const name of ['state', 'nonce']) secrets.set(name, sent.get(name) ?? '')
    dumps.push(await dump(folder))
    const { searchParams: query } = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada' })
    secrets.set('authorization code', query.get('code') ?? '')
    const finished = await oauth.finishSignIn({ callback: persona, query, cookie: browser.cookie })
    if (!finished.ok) throw new Error(finished.error.code)
    secrets.set('code', finished.value.code)
    secrets.set('id', finished.value.id)
    dumps.push(await dump(folder))
    await oauth.submitCode(ada, 'BCD-FGH')
    await oauth.submitCode(ada, finished.value.code)
    dumps.push(await dump(folder))
    clock.now += 3_600_000
    await requireAccount(persona)
    await clientCredentials(`${persona}-client`)
    estate.idp.faults.set('revocation', { kind: 'status', status: 500 })
    await resetTokens(persona)
    dumps.push(await dump(folder))

    expect(secrets.size).toBeGreaterThan(12)
    for (const [name, secret] of secrets) {
      expect(secret.length, name).toBeGreaterThan(6)
      for (const text of dumps) expect(text.includes(secret), `${name} in the database`).toBe(false)
      expect(estate.logged.join('\n').includes(secret), `${name} in the log`).toBe(false)
      expect(urls.join('\n').includes(encodeURIComponent(secret)), `${name} in a URL`).toBe(false)
    }
    // What is meant to be there, so that the dump can be trusted.
    expect(dumps[0]).toContain('"phase":"started"')
    expect(dumps[2]).toContain('"user":"slack:T1:ada"')
    expect(estate.logged.join('\n')).toContain('tokens refreshed')
    expect(urls.every(url => !url.startsWith(BASE_URL))).toBe(true)
    await rm(folder, { recursive: true })
  },
)

test('what a provider says of an error is not repeated, but for its number', async () => {
  await using estate = await startEstate()
  const fetch: ProviderFetch = async (url, options) =>
    options.method === 'POST'
      ? Response.json(
          {
            error: 'invalid_grant',
            error_description: 'AADSTS70008: the code 0.AXsecret of ada@contoso.example has expired',
          },
          { status: 400 },
        )
      : estate.idp.fetch(url, options)
  const oauth = estate.anotherInstance({ fetch })
  const turn = { speaker: ada, shown, signal: AbortSignal.timeout(5000) }
  const outcome = await oauth.forTurn(turn).clientCredentials('generic-client')
  expect(outcome).toEqual({
    outcome: 'failed',
    failure: { code: 'provider_error', error: 'invalid_grant', detail: 'AADSTS70008' },
  })
  expect(estate.logged.join()).not.toContain('contoso')
})

test('an error code that is none is not repeated either', async () => {
  await using estate = await startEstate()
  const offered = await estate.components().requireAccount('generic')
  if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
  const { authorizationUrl, cookie } = await openLink(estate.oauth, offered.linkUrl)
  const sent = new URL(authorizationUrl).searchParams
  const query = new URLSearchParams({
    state: sent.get('state') ?? '',
    iss: estate.idp.addresses().issuer,
    error: `<script>alert(1)</script>\n${'x'.repeat(1000)}`,
  })
  const refused = await estate.oauth.finishSignIn({ callback: 'generic', query, cookie })
  expect(refused).toMatchObject({ error: { failure: { code: 'provider_error', error: 'unreadable' } } })
  expect(estate.logged.join()).not.toContain('script')
})
