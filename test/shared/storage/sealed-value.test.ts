import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { collection } from '../../../shared/storage/collection.ts'
import { parseKeyring } from '../../../shared/storage/keyring.ts'
import { seal, unseal } from '../../../shared/storage/sealed-value.ts'

const grants = collection('grants')
const accounts = collection('accounts')
const keys = { old: randomBytes(32).toString('base64'), new: randomBytes(32).toString('base64') }

const ring = (active: string, of: Record<string, string>) => {
  const parsed = parseKeyring(JSON.stringify({ active, keys: of }))
  return parsed.ok ? parsed.value : expect.fail(parsed.error.join())
}

const keyring = ring('new', keys)
const tokens = { accessToken: 'ya29.secret', refreshToken: '1//grüße', expiresAt: 1 }
const sealed = seal(keyring, grants, 'google/ann', tokens)

test('opens for its own record', () => {
  expect(unseal(keyring, grants, 'google/ann', sealed)).toEqual({ ok: true, value: { value: tokens, outdated: false } })
})

test('shows neither the value nor the same text twice', () => {
  expect(sealed).toMatch(/^new\.[\w-]+$/)
  const bytes = Buffer.from(sealed.slice('new.'.length), 'base64url').toString('latin1')
  for (const text of ['accessToken', 'ya29']) expect(sealed + bytes).not.toContain(text)
  expect(seal(keyring, grants, 'google/ann', tokens)).not.toBe(sealed)
})

test('an old key still opens, and the caller hears that it is old', () => {
  const before = seal(ring('old', { old: keys.old }), grants, 'google/ann', tokens)
  expect(unseal(keyring, grants, 'google/ann', before)).toEqual({ ok: true, value: { value: tokens, outdated: true } })
})

test('a key that is gone is named', () => {
  expect(unseal(ring('old', { old: keys.old }), grants, 'google/ann', sealed)).toEqual({
    ok: false,
    error: { code: 'unknown_key', keyId: 'new' },
  })
})

describe('does not open', () => {
  const flipped = (index: number) => {
    const bytes = Buffer.from(sealed.slice('new.'.length), 'base64url')
    const at = index < 0 ? bytes.length + index : index
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return `new.${bytes.toString('base64url')}`
  }
  const notAuthentic = { ok: false, error: { code: 'not_authentic' } }

  test.each([
    ["another user's record", grants, 'google/bob'],
    ['another collection', accounts, 'google/ann'],
  ])('in %s', (_, where, key) => {
    expect(unseal(keyring, where, key, sealed)).toEqual(notAuthentic)
  })

  test.each([0, 11, 12, 30, -17, -16, -1])('with one bit changed, in byte %d', index => {
    expect(unseal(keyring, grants, 'google/ann', flipped(index))).toEqual(notAuthentic)
  })

  test('with its key named otherwise', () => {
    const renamed = ring('old', { old: keys.new })
    expect(unseal(renamed, grants, 'google/ann', sealed.replace('new.', 'old.'))).toEqual(notAuthentic)
  })

  test('cut off', () => {
    expect(unseal(keyring, grants, 'google/ann', sealed.slice(0, -4))).toEqual(notAuthentic)
  })

  test.each([
    '',
    '.',
    'new',
    'new.',
    '.AAAA',
    `new.${'A'.repeat(36)}`,
    `new.${'*'.repeat(80)}`,
    `new..${'A'.repeat(80)}`,
    `${sealed}\n`,
  ])('when it is %j', text => {
    expect(unseal(keyring, grants, 'google/ann', text)).toEqual({ ok: false, error: { code: 'malformed' } })
  })

  test.each(['__proto__', 'constructor'])('with %s for a key', id => {
    expect(unseal(keyring, grants, 'google/ann', sealed.replace('new.', `${id}.`))).toEqual({
      ok: false,
      error: { code: 'unknown_key', keyId: id },
    })
  })
})
