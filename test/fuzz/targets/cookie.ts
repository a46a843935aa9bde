import assert from 'node:assert/strict'
import { readBindingCookie, writeBindingCookie } from '../../../shared/oauth/binding-cookie.ts'
import type { FuzzTarget } from '../target.ts'

const VALUE = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE'

const OURS = /^\s*__Host-sign-in=[\w-]{43}\s*$/

/** A browser's `Cookie` header after we have set ours: its first pair. */
const [own = ''] = writeBindingCookie(VALUE).split(';')

export const cookie: FuzzTarget = {
  name: 'cookie',
  promise: 'a browser has a cookie of ours if its header holds exactly one, in the form in which we make them',
  maxLength: 16 * 1024,
  seeds: () => [own, `a=b; ${own}; c="d"`, `${own};${own}`, ''].map(text => Buffer.from(text)),
  mutators: [],
  words: ['shared/oauth/binding-cookie.ts'],
  check(input) {
    const header = input.toString('latin1')
    const value = readBindingCookie(header)
    const pairs = header.split(';').filter(pair => /^\s*__Host-sign-in=/.test(pair))
    if (value === undefined) {
      assert.ok(pairs.length !== 1 || !OURS.test(pairs[0] ?? ''), 'a cookie of ours that is not seen')
      return `none of ${Math.min(pairs.length, 2)}`
    }
    assert.match(value, /^[A-Za-z0-9_-]{43}$/, 'a cookie that is not of our making')
    assert.deepEqual(
      pairs.map(pair => pair.trim()),
      [`__Host-sign-in=${value}`],
      'one cookie of several',
    )
    return 'found'
  },
}
