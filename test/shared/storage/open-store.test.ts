import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { openStore, parseStoreLocation } from '../../../shared/storage/open-store.ts'

describe('STORE', () => {
  test.each([
    ['firestore:', { kind: 'firestore', database: '' }],
    ['firestore:(default)', { kind: 'firestore', database: '(default)' }],
    ['firestore:fulfillment-2', { kind: 'firestore', database: 'fulfillment-2' }],
    ['sqlite::memory:', { kind: 'sqlite', path: ':memory:' }],
    ['sqlite:./data/a b.db', { kind: 'sqlite', path: './data/a b.db' }],
    ['sqlite:/var/lib/store.db', { kind: 'sqlite', path: '/var/lib/store.db' }],
  ])('may be %s', (text, location) => {
    expect(parseStoreLocation(text)).toEqual({ ok: true, value: location })
  })

  test.each([
    ...['', 'sqlite', 'sqlite:', 'firestore', 'Firestore:', ' firestore:', 'mysql:x', 'memory', 'file:x.db'],
    ...[
      'firestore:A',
      'firestore:ab',
      'firestore:1abc',
      'firestore:abc-',
      'firestore:a/b',
      'firestore:abc\n',
      'sqlite:a\0b',
    ],
    `firestore:a${'b'.repeat(63)}`,
  ])('may not be %j', text => {
    expect(parseStoreLocation(text)).toEqual({
      ok: false,
      error: 'firestore:, firestore:DATABASE, sqlite:PATH or sqlite::memory:',
    })
  })
})

test('opens a store', async () => {
  const store = openStore({ kind: 'sqlite', path: ':memory:' }, { clock: Date.now })
  expect(await store.create({ name: 'things', indexed: [] }, 'a', { value: 1 })).toBeTruthy()
  await store.close()
})

test('loads no database before the first use', () => {
  const program = `
    import { createRequire } from 'node:module'
    import { openStore } from './shared/storage/open-store.ts'
    import { collection } from './shared/storage/collection.ts'
    const sqlite = () => process.moduleLoadList.some(name => name.endsWith(' sqlite'))
    const packages = () => Object.keys(createRequire(import.meta.url).cache).length
    const things = collection('things')
    const before = [sqlite(), packages()]
    const store = openStore({ kind: 'sqlite', path: ':memory:' }, { clock: Date.now })
    openStore({ kind: 'firestore', database: '' }, { clock: Date.now })
    const opened = [sqlite(), packages()]
    await store.get(things, 'a')
    console.log(JSON.stringify({ before, opened, used: [sqlite(), packages()] }))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  expect(JSON.parse(stdout)).toEqual({ before: [false, 0], opened: [false, 0], used: [true, 0] })
})
