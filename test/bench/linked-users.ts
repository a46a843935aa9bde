import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { speakerOf } from '../../functions/webhook/speaker.ts'
import { parseTurn } from '../../shared/dialogflow/parse-turn.ts'
import { grantEntry, grantKey, grants, newGrant } from '../../shared/oauth/grant.ts'
import { systemClock } from '../../shared/runtime/clock.ts'
import type { JsonObject } from '../../shared/runtime/json.ts'
import { type Keyring, parseKeyring } from '../../shared/storage/keyring.ts'
import { sqliteStore } from '../../shared/storage/sqlite-store.ts'

const SERVICE = 'google-calendar'
const HOUR = 3_600_000

/** Writes the settings of a service into a folder, and a grant of it into the store for whoever speaks in each of the bodies. */
export const linkUsers = async (
  directory: string,
  storePath: string,
  bodies: readonly JsonObject[],
): Promise<Readonly<Record<string, string>>> => {
  const keys = { services: join(directory, 'services.json'), keyring: join(directory, 'keyring.json') }
  const keyringText = JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } })
  await writeFile(keys.keyring, keyringText)
  await writeFile(
    keys.services,
    JSON.stringify({
      services: [
        {
          name: SERVICE,
          grantType: 'AUTHORIZATION_CODE',
          identityProvider: 'google',
          clientId: 'bench',
          clientSecret: 'env:CLIENT_SECRET',
          scopes: ['openid', 'email'],
          discoveryUrl: 'http://127.0.0.1/.well-known/openid-configuration',
        },
      ],
    }),
  )
  await writeGrants(storePath, keyringOf(keyringText), bodies)
  return {
    AUTH_BASE_URL: 'http://localhost',
    AUTHENTICATION_SERVICES: `file:${keys.services}`,
    TOKEN_KEYS: `file:${keys.keyring}`,
    SESSION_KEYS: `file:${keys.keyring}`,
    CLIENT_SECRET: 'unused',
  }
}

const writeGrants = async (path: string, keyring: Keyring, bodies: readonly JsonObject[]): Promise<void> => {
  const store = sqliteStore(path, { clock: systemClock })
  const now = systemClock()
  const tokens = {
    accessToken: randomBytes(150).toString('base64url'),
    refreshToken: randomBytes(80).toString('base64url'),
    expiresAt: now + HOUR,
    staleAt: now + HOUR,
    scopes: ['openid', 'email'],
  }
  for (const body of bodies) {
    const turn = parseTurn(body)
    const trust = { sessionTokens: { issuer: '', keys: keyring }, connectors: new Set<never>() }
    const speaker = turn.ok ? speakerOf(turn.value, trust, now)?.speaker : undefined
    if (speaker === undefined) throw new Error('nobody speaks')
    const identity = { service: SERVICE, issuer: 'https://accounts.google.com', subject: '1047' }
    const grant = newGrant(speaker, identity, tokens, { authenticatedAt: now, now })
    const entry = grantEntry({ keyring, clock: systemClock }, { refreshTokenRetentionDays: 30 }, grant)
    await store.put(grants, grantKey(SERVICE, speaker.user), entry)
  }
  await store.close()
}

const keyringOf = (text: string): Keyring => {
  const keyring = parseKeyring(text)
  if (!keyring.ok) throw new Error('the keyring is wrong')
  return keyring.value
}
