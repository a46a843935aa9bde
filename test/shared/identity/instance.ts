import { randomBytes } from 'node:crypto'
import type { ChannelAccount } from '../../../shared/channels/channel.ts'
import { createIdentity, type Identity as IdentityRoom } from '../../../shared/identity/identity.ts'
import type { LinkOutcome } from '../../../shared/identity/link-account.ts'
import { DEFAULT_LINKING_CHANNELS, type Linking } from '../../../shared/identity/linking.ts'
import type { AssociationConsent } from '../../../shared/oauth/account-link.ts'
import { grantEntry, grantKey, grants, type Identity, newGrant } from '../../../shared/oauth/grant.ts'
import { createOAuth, type OAuth } from '../../../shared/oauth/oauth.ts'
import type { ProviderFetch } from '../../../shared/oauth/provider-fetch.ts'
import { ok } from '../../../shared/runtime/result.ts'
import { type Keyring, parseKeyring } from '../../../shared/storage/keyring.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { recordLog } from '../intents/recorded-log.ts'
import { BASE_URL, CLIENT_SECRET, servicesOf } from '../oauth/fixtures.ts'

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

export const START = Date.UTC(2026, 10, 20, 12)

const newKey = (): string => randomBytes(32).toString('base64')

export const keyringOf = (active: string, keys: Readonly<Record<string, string>>): Keyring => {
  const keyring = parseKeyring(JSON.stringify({ active, keys }))
  if (!keyring.ok) throw new Error('a keyring that does not parse')
  return keyring.value
}

/** A keyring, and what it is after a rotation. */
export const rotatedKeyring = (): readonly [before: Keyring, after: Keyring] => {
  const [old, fresh] = [newKey(), newKey()]
  return [keyringOf('old', { old }), keyringOf('fresh', { old, fresh })]
}

const serviceNamed = (name: string) => ({
  name,
  grantType: 'AUTHORIZATION_CODE',
  identityProvider: 'generic',
  clientId: 'app-one',
  clientSecret: 'env:SECRET',
  scopes: ['openid'],
  endpoints: {
    issuer: 'https://idp.example.com',
    authorization: 'https://idp.example.com/auth',
    token: 'https://idp.example.com/token',
    revocation: 'https://idp.example.com/revoke',
    jwks: 'https://idp.example.com/jwks',
  },
})

const services = servicesOf([serviceNamed('mail'), serviceNamed('crm')])

export type InstanceOptions = {
  readonly store: Store
  readonly clock: { now: number }
  readonly keyring?: Keyring
  readonly linking?: Partial<Linking>
  readonly retentionDays?: number
  /** Tokens that the provider was asked to revoke. */
  readonly revoked?: string[]
  readonly services?: typeof services
  /** What this room finds in the place of oauth's functions. */
  readonly oauth?: (oauth: OAuth) => Partial<OAuth>
}

/** An instance of a function: this room and oauth's, over a store that others may use too. */
export type Instance = {
  readonly identity: IdentityRoom
  readonly oauth: OAuth
  readonly logged: ReturnType<typeof recordLog>
  readonly keyring: Keyring
  readonly revoked: string[]
  /** What a code that was typed leaves: the account's grant. */
  grant(account: ChannelAccount, identity: Identity): Promise<void>
  /** A whole authentication. */
  signIn(
    account: ChannelAccount,
    identity: Identity,
    consent?: AssociationConsent,
    username?: string,
  ): Promise<LinkOutcome>
  /** One that is asked about, and answered with *link*. */
  signInAndLink(account: ChannelAccount, identity: Identity): Promise<LinkOutcome>
}

const theKeyring = keyringOf('one', { one: newKey() })

export const startInstance = ({ store, clock: time, ...options }: InstanceOptions): Instance => {
  const { keyring = theKeyring, revoked = [], retentionDays, linking } = options
  const clock = () => time.now
  const logged = recordLog()
  const fetch: ProviderFetch = async (_, { body }) => {
    revoked.push(new URLSearchParams(String(body)).get('token') ?? '')
    return new Response(null, { status: 200 })
  }
  const oauth = createOAuth({
    services: options.services ?? services,
    store,
    keyring,
    clock,
    log: logged.log,
    baseUrl: BASE_URL,
    emulation: true,
    fetch,
    resolveSecret: async () => ok(CLIENT_SECRET),
  })
  const identity = createIdentity({
    store,
    keyring,
    clock,
    log: logged.log,
    oauth: { ...oauth, ...options.oauth?.(oauth) },
    linking: { enabled: true, channels: new Set(DEFAULT_LINKING_CHANNELS), ...linking },
    retentionDays,
  })

  const grant = async (account: ChannelAccount, who: Identity) => {
    const service = services.get(who.service)
    if (service === undefined) throw new Error(`no such service: ${who.service}`)
    const tokens = {
      accessToken: `access of ${who.subject}`,
      refreshToken: `refresh of ${who.subject}`,
      expiresAt: time.now + 60 * MINUTE,
      staleAt: time.now + 59 * MINUTE,
      scopes: ['openid'],
    }
    const entry = grantEntry(
      { keyring, clock },
      service,
      newGrant({ user: account.id }, who, tokens, { authenticatedAt: time.now, now: time.now }),
    )
    await store.put(grants, grantKey(who.service, account.id), entry)
  }

  const signIn: Instance['signIn'] = async (account, who, consent = 'yes', username) => {
    await grant(account, who)
    return identity.signedIn(account, { identity: who, consent, ...(username !== undefined && { username }) })
  }

  return {
    identity,
    oauth,
    logged,
    keyring,
    revoked,
    grant,
    signIn,
    async signInAndLink(account, who) {
      const asked = await signIn(account, who)
      if (asked.outcome !== 'ask') return asked
      return identity.answer(account, 'link', { conflict: asked.conflict, identity: who })
    },
  }
}
