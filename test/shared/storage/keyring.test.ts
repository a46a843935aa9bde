import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseKeyring } from '../../../shared/storage/keyring.ts'

const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64url')]

test('reads a keyring, its keys in base64 or base64url', () => {
  const parsed = parseKeyring(JSON.stringify({ active: '2026-11', keys: { '2026-05': one, '2026-11': two } }))
  expect(parsed).toMatchObject({ ok: true, value: { active: '2026-11' } })
  const keys = parsed.ok ? [...parsed.value.keys].map(([id, key]) => [id, key.export().toString('base64url')]) : []
  expect(keys).toEqual([
    ['2026-05', Buffer.from(one, 'base64').toString('base64url')],
    ['2026-11', two],
  ])
})

test('shows no key when it is printed', () => {
  const parsed = parseKeyring(JSON.stringify({ active: 'a', keys: { a: one } }))
  const shown = inspect(parsed, { depth: 9, showHidden: true }) + JSON.stringify(parsed)
  expect(parsed.ok).toBe(true)
  for (const encoding of ['base64', 'base64url', 'hex', 'latin1'] as const) {
    expect(shown).not.toContain(Buffer.from(one, 'base64').toString(encoding).slice(0, 12))
  }
})

describe('refuses', () => {
  const shapeless = 'not a JSON object of active and keys alone'
  const short = randomBytes(16).toString('base64')
  test.each<[string, unknown, string[]]>([
    ['what is not JSON', one, [shapeless]],
    ['a list', [one], [shapeless]],
    ['null', null, [shapeless]],
    ['a property too many', { active: 'a', keys: { a: one }, [two]: two }, [shapeless]],
    ['nothing', {}, ['active: not a text', 'keys: not an object of texts']],
    ['keys in a list', { active: '0', keys: [one] }, ['keys: not an object of texts']],
    ['a key that is no text', { active: 'a', keys: { a: one, b: 7 } }, ['keys: not an object of texts']],
    ['no keys', { active: 'a', keys: {} }, ['active: not the id of one of the keys']],
    ['an active key it does not have', { active: two, keys: { a: one } }, ['active: not the id of one of the keys']],
    ['an inherited id', { active: 'toString', keys: { a: one } }, ['active: not the id of one of the keys']],
    ['a short key', { active: 'a', keys: { a: one, b: short } }, ['keys[1]: not 32 bytes in base64']],
    ['a long key', { active: 'a', keys: { a: `${one}A` } }, ['keys[0]: not 32 bytes in base64']],
    ['a key that is not base64', { active: 'a', keys: { a: `*${two.slice(1)}` } }, ['keys[0]: not 32 bytes in base64']],
    [
      'the same key twice',
      { active: 'a', keys: { a: one, b: one.replace('=', '') } },
      ['keys[1]: the same key as an earlier one'],
    ],
    [
      'keys and ids exchanged, every problem at once',
      { active: two, keys: { [one]: 'a' } },
      [
        'active: not the id of one of the keys',
        'keys[0]: the id is not 1 to 32 letters, digits, hyphens or underscores',
        'keys[0]: not 32 bytes in base64',
      ],
    ],
  ])('%s, without showing it', (_, keyring, problems) => {
    const parsed = parseKeyring(typeof keyring === 'string' ? keyring : JSON.stringify(keyring))
    expect(parsed).toEqual({ ok: false, error: problems })
    for (const secret of [one, two, short]) expect(JSON.stringify(parsed)).not.toContain(secret.slice(0, 12))
  })
})
