import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyedHash, keyedHashes } from '../../../shared/identity/keyed-hash.ts'
import { keyringOf } from './instance.ts'

const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]

test('is the same for the same value, purpose and key alone', () => {
  const ring = keyringOf('one', { one })
  const hash = keyedHash(ring, 'audit', '+15550001111')
  expect(hash).toMatch(/^[\w-]{43}$/)
  expect(keyedHash(keyringOf('other', { other: one }), 'audit', '+15550001111')).toBe(hash)
  expect(keyedHash(ring, 'audit', '+15550001112')).not.toBe(hash)
  expect(keyedHash(ring, 'username', '+15550001111')).not.toBe(hash)
  expect(keyedHash(keyringOf('one', { one: two }), 'audit', '+15550001111')).not.toBe(hash)
})

test('is made under every key of the ring, the active one first wherever it stands', () => {
  const [before] = keyedHashes(keyringOf('one', { one }), 'audit', 'a')
  const [after] = keyedHashes(keyringOf('two', { two }), 'audit', 'a')
  expect(keyedHashes(keyringOf('two', { one, two }), 'audit', 'a')).toEqual([after, before])
  expect(keyedHashes(keyringOf('one', { one, two }), 'audit', 'a')).toEqual([before, after])
})
