import { describe, expect, it } from 'vitest'
import { optional, sharedVariables } from '../../functions/variables.ts'
import { readConfiguration } from '../../shared/runtime/configuration.ts'

const table = { AUTH_BASE_URL: optional(sharedVariables.AUTH_BASE_URL), STORE: sharedVariables.STORE }

describe('a variable that a function can do without', () => {
  it.each([[{}], [{ AUTH_BASE_URL: '' }], [{ AUTH_BASE_URL: '  ' }]])(
    'is undefined when it is not set: %j',
    environment => {
      expect(readConfiguration(table, environment)).toMatchObject({ ok: true, value: { AUTH_BASE_URL: undefined } })
    },
  )

  it('is read like any other when it is', () => {
    const read = (url: string) => readConfiguration(table, { AUTH_BASE_URL: url })
    expect(read('https://auth.example.com/')).toMatchObject({
      ok: true,
      value: { AUTH_BASE_URL: 'https://auth.example.com' },
    })
    expect(read('auth')).toMatchObject({ ok: false, error: [{ variable: 'AUTH_BASE_URL', problem: 'invalid' }] })
  })
})

describe('STORE', () => {
  it.each([
    ['', { kind: 'firestore', database: '' }],
    ['firestore:users', { kind: 'firestore', database: 'users' }],
    ['sqlite:/tmp/a.db', { kind: 'sqlite', path: '/tmp/a.db' }],
  ])('%j', (text, location) => {
    expect(readConfiguration(table, { STORE: text })).toMatchObject({ ok: true, value: { STORE: location } })
  })

  it.each(['mysql:x', 'sqlite:', 'firestore:/x', '/tmp/a.db'])('is refused as %j', text => {
    expect(readConfiguration(table, { STORE: text })).toMatchObject({ ok: false, error: [{ variable: 'STORE' }] })
  })
})
