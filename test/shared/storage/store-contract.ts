import { randomBytes } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../../shared/runtime/clock.ts'
import type { JsonValue } from '../../../shared/runtime/json.ts'
import { maxIndexedBytes, maxPageSize, maxValueBytes } from '../../../shared/storage/bounds.ts'
import { type Collection, collection } from '../../../shared/storage/collection.ts'
import { maxKeyLength } from '../../../shared/storage/record-id.ts'
import type { Store, StoredRecord } from '../../../shared/storage/store.ts'

/**
 * What every store keeps to. `open` gives two stores on one database, as two processes would have; where a database lives
 * in one connection alone, twice the same.
 */
export const storeContract = (name: string, open: (clock: Clock) => readonly [Store, Store]): void => {
  describe(name, () => {
    const start = Date.UTC(2026, 10, 20, 12)
    let now = start
    const [store, other] = open(() => now)
    let things: Collection<'owner'>

    beforeEach(() => {
      now = start
      things = anyCollection()
    })

    afterAll(async () => {
      await store.close()
      await other.close()
    })

    describe('a record', () => {
      test('is not there before it is written', async () => {
        expect(await store.get(things, 'a')).toBeUndefined()
      })

      test.each<[string, JsonValue]>([
        ['an object', { owner: 'ann', list: [1, [2, [{}]]], none: null, yes: true }],
        ['a list', []],
        ['null', null],
        ['a number', -1.5e300],
        ['an empty text', ''],
        ['text in any script', 'Grüße 👋 \u0000 \u2028'],
        ['half a surrogate pair', '\ud800'],
        ['a property named __proto__', JSON.parse('{"__proto__":{"admin":true}}')],
      ])('gives back %s', async (_, value) => {
        await store.put(things, 'a', { value })
        const record = await other.get(things, 'a')
        expect(JSON.stringify(record?.value)).toBe(JSON.stringify(value))
        expect(record).not.toHaveProperty('expiresAt')
      })

      test('holds as much as it may, and no more', async () => {
        const value = 'é'.repeat(maxValueBytes / 2 - 1)
        await store.put(things, 'a', { value })
        expect((await store.get(things, 'a'))?.value).toBe(value)
        await expect(store.put(things, 'a', { value: `${value}.` })).rejects.toMatchObject({ code: 'invalid' })
      })

      test('is there until the moment it expires', async () => {
        await store.put(things, 'a', { value: { owner: 'ann' }, expiresAt: start + 1000 })
        now = start + 999
        expect(await store.get(things, 'a')).toMatchObject({ key: 'a', expiresAt: start + 1000 })
        expect(await store.find(things, 'owner', 'ann', { limit: 1 })).toHaveLength(1)
        now = start + 1000
        expect(await store.get(things, 'a')).toBeUndefined()
        expect(await store.find(things, 'owner', 'ann', { limit: 1 })).toEqual([])
        expect(await store.transact(transaction => transaction.get(things, 'a'))).toBeUndefined()
      })

      test('written again without an expiry no longer expires', async () => {
        await store.put(things, 'put', { value: 1, expiresAt: start + 1 })
        await store.put(things, 'put', { value: 2 })
        await store.put(things, 'replaced', { value: 1, expiresAt: start + 1 })
        await store.replace(things, 'replaced', await versionOf('replaced'), { value: 2 })
        now = start + 1
        expect(await store.get(things, 'put')).toMatchObject({ value: 2 })
        expect(await store.get(things, 'replaced')).toMatchObject({ value: 2 })
        expect(await store.expired(things, now, { limit: 10 })).toEqual([])
      })

      test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Date.UTC(10_000, 0)])(
        'cannot expire at %d',
        async expiresAt => {
          await expect(store.put(things, 'a', { value: 1, expiresAt })).rejects.toMatchObject({ code: 'invalid' })
        },
      )
    })

    describe('a key', () => {
      const keys = [
        ...[
          '.',
          '..',
          '...',
          '__name__',
          '_',
          '~',
          '%',
          '%2F',
          '/',
          '//',
          'a/b',
          'a%2Fb',
          '../a',
          'a',
          'A',
          ' a',
          'a ',
        ],
        ...[
          '\u0000',
          '\n',
          'é',
          'e\u0301',
          '👋',
          'projects/p/agent/sessions/s',
          `'; DROP TABLE things; --`,
          '"',
          '*',
          '😀/😀',
        ],
        ...['x'.repeat(512), 'x'.repeat(513), '👋'.repeat(maxKeyLength / 2), '%sha256-0123', '%E2%82%ZZ'],
      ]

      test('is any text, and comes back as it was', async () => {
        for (const key of keys) expect(await store.create(things, key, { value: { owner: 'ann', key } })).toBeTruthy()
        for (const key of keys) expect(await other.get(things, key)).toMatchObject({ key, value: { key } })
        const found = await store.find(things, 'owner', 'ann', { limit: 100 })
        expect(found.map(({ key }) => key).sort()).toEqual([...keys].sort())
        for (const { key, value } of found) expect(value).toMatchObject({ key })
      })

      test.each([
        ['empty', ''],
        ['too long', 'x'.repeat(maxKeyLength + 1)],
        ['half a surrogate pair', 'a\ud800'],
      ])('is refused when it is %s', async (_, key) => {
        await expect(store.get(things, key)).rejects.toMatchObject({ code: 'invalid' })
        await expect(store.create(things, key, { value: 1 })).rejects.toMatchObject({ code: 'invalid' })
        await expect(store.delete(things, key)).rejects.toMatchObject({ code: 'invalid' })
      })
    })

    describe('create', () => {
      test('writes where nothing is, and leaves alone what is there', async () => {
        const version = await store.create(things, 'a', { value: 1 })
        expect(version).toBe((await other.get(things, 'a'))?.version)
        expect(await other.create(things, 'a', { value: 2 })).toBeUndefined()
        expect(await store.get(things, 'a')).toMatchObject({ value: 1, version })
      })

      test('is won by one of many', async () => {
        const results = await Promise.all(
          [1, 2, 3, 4, 5, 6, 7, 8].map(async value => {
            const version = await (value % 2 ? store : other).create(things, 'a', { value })
            return version && { value, version }
          }),
        )
        const winners = results.filter(result => result !== undefined)
        expect(winners).toHaveLength(1)
        expect(await store.get(things, 'a')).toMatchObject({ ...winners[0] })
      })

      test('takes the place of a record that has expired, once', async () => {
        const first = await store.create(things, 'a', { value: 0, expiresAt: start + 1 })
        now = start + 1
        const versions = await Promise.all(
          [store, other, store, other].map((handle, value) =>
            handle.create(things, 'a', { value, expiresAt: start + 9 }),
          ),
        )
        const winners = versions.filter(version => version !== undefined)
        expect(winners).toHaveLength(1)
        expect(winners[0]).not.toBe(first)
        expect(await store.get(things, 'a')).toMatchObject({ version: winners[0], expiresAt: start + 9 })
      })
    })

    describe('replace', () => {
      test('writes over the version it names, and over no other', async () => {
        const first = await created('a', 1)
        const second = await store.replace(things, 'a', first, { value: 2 })
        expect(second).toBeTruthy()
        expect(second).not.toBe(first)
        expect(await other.replace(things, 'a', first, { value: 3 })).toBeUndefined()
        expect(await store.get(things, 'a')).toMatchObject({ value: 2, version: second })
      })

      test('knows a record that was written with the same value again', async () => {
        const first = await created('a', 1)
        expect(await store.replace(things, 'a', first, { value: 1 })).not.toBe(first)
        expect(await store.replace(things, 'a', first, { value: 1 })).toBeUndefined()
      })

      test('knows a record that was deleted and created again', async () => {
        const first = await created('a', 1)
        await store.delete(things, 'a')
        expect(await store.replace(things, 'a', first, { value: 2 })).toBeUndefined()
        await created('a', 1)
        expect(await store.replace(things, 'a', first, { value: 2 })).toBeUndefined()
      })

      test('is won by one of many', async () => {
        const version = await created('a', 0)
        const versions = await Promise.all(
          [store, other, store, other, store].map(handle => handle.replace(things, 'a', version, { value: 1 })),
        )
        expect(versions.filter(Boolean)).toHaveLength(1)
      })

      test.each(['', '0', 'made up', '1.2', '9'.repeat(400)])('finds no record of version %j', async version => {
        await created('a', 1)
        expect(await store.replace(things, 'a', version, { value: 2 })).toBeUndefined()
        expect(await store.delete(things, 'a', version)).toBe(false)
        expect(await store.replace(things, 'nothing', version, { value: 2 })).toBeUndefined()
        expect(await store.delete(things, 'nothing', version)).toBe(false)
        expect(await store.get(things, 'nothing')).toBeUndefined()
      })
    })

    describe('delete', () => {
      test('takes a record away, or what is not there', async () => {
        await created('a', 1)
        expect(await other.delete(things, 'a')).toBe(true)
        expect(await store.get(things, 'a')).toBeUndefined()
        expect(await store.delete(things, 'a')).toBe(true)
      })

      test('takes away the version it names, and no other', async () => {
        const first = await created('a', 1)
        const second = await store.replace(things, 'a', first, { value: 2 })
        expect(await store.delete(things, 'a', first)).toBe(false)
        expect(await store.get(things, 'a')).toMatchObject({ value: 2 })
        expect(await store.delete(things, 'a', second)).toBe(true)
        expect(await store.delete(things, 'a', second)).toBe(false)
      })

      test('takes away an expired record', async () => {
        const version = await store.create(things, 'a', { value: 1, expiresAt: start })
        expect(await store.delete(things, 'a', version)).toBe(true)
        expect(await store.expired(things, start, { limit: 1 })).toEqual([])
      })
    })

    describe('transact', () => {
      test('writes all', async () => {
        const others = anyCollection()
        await created('a', 1)
        const outcome = await store.transact(async transaction => {
          const record = await transaction.get(things, 'a')
          transaction.delete(things, 'a')
          transaction.put(others, 'b', { value: record?.value ?? null, expiresAt: start + 5 })
          return 'done'
        })
        expect(outcome).toBe('done')
        expect(await other.get(things, 'a')).toBeUndefined()
        expect(await other.get(others, 'b')).toMatchObject({ value: 1, expiresAt: start + 5 })
      })

      test('writes nothing when its work fails, and throws what the work threw', async () => {
        const failure = new Error('not today')
        const work = store.transact(async transaction => {
          transaction.put(things, 'a', { value: 1 })
          throw failure
        })
        await expect(work).rejects.toBe(failure)
        expect(await store.get(things, 'a')).toBeUndefined()
      })

      test('writes nothing when one of its writes is refused', async () => {
        const work = store.transact(async transaction => {
          transaction.put(things, 'a', { value: 1 })
          transaction.put(things, '', { value: 1 })
        })
        await expect(work).rejects.toMatchObject({ code: 'invalid' })
        expect(await store.get(things, 'a')).toBeUndefined()
      })

      test('refuses to read after it has written', async () => {
        const work = store.transact(async transaction => {
          transaction.put(things, 'a', { value: 1 })
          await transaction.get(things, 'a')
        })
        await expect(work).rejects.toMatchObject({ code: 'invalid' })
        expect(await store.get(things, 'a')).toBeUndefined()
      })

      test('leaves the last of several writes of a record', async () => {
        const version = await created('a', 1)
        await store.transact(async transaction => {
          await transaction.get(things, 'a')
          transaction.delete(things, 'a')
          transaction.put(things, 'a', { value: 2 })
          transaction.put(things, 'b', { value: 3 })
          transaction.delete(things, 'b')
        })
        expect(await other.get(things, 'a')).toMatchObject({ value: 2 })
        expect(await versionOf('a')).not.toBe(version)
        expect(await other.get(things, 'b')).toBeUndefined()
      })

      test('loses no update of another', async () => {
        const increment = (handle: Store) =>
          handle.transact(async transaction => {
            const record = await transaction.get(things, 'count')
            transaction.put(things, 'count', { value: Number(record?.value ?? 0) + 1 })
          })
        await Promise.all([store, other, store, other, store, other, store, other, store, other].map(increment))
        expect(await store.get(things, 'count')).toMatchObject({ value: 10 })
      })

      test.each<[string, JsonValue | undefined, (handle: Store) => Promise<unknown>]>([
        ['is written over', 1, handle => handle.put(things, 'a', { value: 2, expiresAt: start + 9 })],
        ['is written over with the same', 1, handle => handle.put(things, 'a', { value: 1 })],
        ['goes', 1, handle => handle.delete(things, 'a')],
        ['comes', undefined, handle => handle.create(things, 'a', { value: 2 })],
      ])('begins again when what it has only read %s', async (_, value, change) => {
        if (value !== undefined) await store.put(things, 'a', { value })
        let runs = 0
        const seen = await store.transact(async transaction => {
          runs += 1
          const record = await transaction.get(things, 'a')
          if (runs === 1) await change(other)
          transaction.put(things, 'seen', { value: record?.version ?? null })
          return record
        })
        expect(runs).toBe(2)
        expect(seen).toEqual(await store.get(things, 'a'))
        expect(await store.get(things, 'seen')).toMatchObject({ value: seen?.version ?? null })
      })

      test('leaves alone what it has only read', async () => {
        await created('a', 1)
        await store.put(things, 'b', { value: 2, expiresAt: start + 5 })
        const before = [await store.get(things, 'a'), await store.get(things, 'b')]
        await store.transact(async transaction => {
          for (const key of ['a', 'b', 'c']) await transaction.get(things, key)
          transaction.put(things, 'd', { value: 4 })
        })
        expect([await other.get(things, 'a'), await other.get(things, 'b')]).toEqual(before)
        expect(await other.get(things, 'c')).toBeUndefined()
        expect(await other.get(things, 'd')).toMatchObject({ value: 4 })
      })

      test.each([
        ['two records', 'b'],
        ['one record twice', 'a'],
      ])('sees %s as of one moment, though it writes none', async (_, second) => {
        for (const key of ['a', 'b']) await store.put(things, key, { value: 1 })
        let runs = 0
        const seen = await store.transact(async transaction => {
          runs += 1
          const first = await transaction.get(things, 'a')
          if (runs === 1) for (const key of ['a', 'b']) await other.put(things, key, { value: 2 })
          return [first, await transaction.get(things, second)].map(record => record?.value)
        })
        expect(seen).toEqual([2, 2])
      })

      test('does not take a decision on what another is changing', async () => {
        await Promise.all([store.put(things, 'ann', { value: 'on' }), store.put(things, 'bob', { value: 'on' })])
        const leave = (handle: Store, who: string) =>
          handle.transact(async transaction => {
            const both = await Promise.all([transaction.get(things, 'ann'), transaction.get(things, 'bob')])
            if (both.every(record => record?.value === 'on')) transaction.put(things, who, { value: 'off' })
          })
        await Promise.all([leave(store, 'ann'), leave(other, 'bob')])
        const values = [await store.get(things, 'ann'), await store.get(things, 'bob')].map(record => record?.value)
        expect(values.sort()).toEqual(['off', 'on'])
      })

      test('has one of two write what both see missing', async () => {
        const write = (handle: Store) =>
          handle.transact(async transaction => {
            const seen = await transaction.get(things, 'a')
            if (!seen) transaction.put(things, 'a', { value: 1 })
            return !seen
          })
        expect((await Promise.all([write(store), write(other)])).sort()).toEqual([false, true])
      })
    })

    describe('find', () => {
      test('gives the records with that value, as they are now', async () => {
        await store.put(things, 'a', { value: { owner: 'ann' } })
        await store.put(things, 'b', { value: { owner: 'bob' } })
        await store.put(things, 'c', { value: { owner: 'ann' } })
        expect(await keysOf('ann')).toEqual(['a', 'c'])
        await store.put(things, 'b', { value: { owner: 'ann' } })
        await store.replace(things, 'a', await versionOf('a'), { value: { owner: 'bob' } })
        await store.delete(things, 'c')
        expect(await keysOf('ann')).toEqual(['b'])
        expect(await keysOf('bob')).toEqual(['a'])
      })

      test('gives whole records', async () => {
        await store.put(things, 'a', { value: { owner: 'ann', n: 1 }, expiresAt: start + 5 })
        expect(await store.find(things, 'owner', 'ann', { limit: 1 })).toEqual([await other.get(things, 'a')])
      })

      test('does not give records without the property', async () => {
        await store.put(things, 'a', { value: {} })
        await store.put(things, 'b', { value: { owner: null } })
        await store.put(things, 'c', { value: 'owner' })
        await store.put(things, 'd', { value: ['owner'] })
        await store.put(things, 'e', { value: { nested: { owner: 'ann' } } })
        for (const value of ['', 'null', 'owner', 'ann']) expect(await keysOf(value)).toEqual([])
      })

      test.each(['', ' ', '%', "'", 'Ann', 'é', 'e\u0301', '👋', '1', 'null', '"', '\\', 'x'.repeat(maxIndexedBytes)])(
        'takes %j as it is written',
        async owner => {
          await store.put(things, 'a', { value: { owner } })
          await store.put(things, 'b', { value: { owner: 'ann' } })
          expect(await keysOf(owner)).toEqual(['a'])
        },
      )

      test('goes on after the last record, past expired ones', async () => {
        const keys = ['a', 'b/', 'c', 'd', 'e', 'f', 'g']
        for (const [index, key] of keys.entries()) {
          await store.put(things, key, { value: { owner: 'ann' }, expiresAt: index % 3 ? start + 9 : start })
        }
        const pages: string[][] = []
        let last: StoredRecord | undefined
        for (;;) {
          const page: readonly StoredRecord[] = await store.find(things, 'owner', 'ann', {
            limit: 2,
            ...(last && { after: last }),
          })
          pages.push(page.map(({ key }) => key))
          last = page.at(-1)
          if (page.length < 2) break
        }
        expect(pages).toEqual([['b/', 'c'], ['e', 'f'], []])
      })

      test.each<[string, JsonValue]>([
        ['a number', 1],
        ['a list', ['ann']],
        ['half a surrogate pair', '\ud800'],
        ['a null character', 'a\u0000b'],
        ['too long', 'x'.repeat(maxIndexedBytes + 1)],
      ])('cannot be by a property that is %s', async (_, owner) => {
        await expect(store.put(things, 'a', { value: { owner } })).rejects.toMatchObject({ code: 'invalid' })
      })

      test('cannot be by a property that is not declared', async () => {
        const undeclared: Collection = things
        await expect(store.find(undeclared, 'colour', 'red', { limit: 1 })).rejects.toMatchObject({ code: 'invalid' })
      })

      test.each([0, -1, 1.5, Number.NaN, maxPageSize + 1])('does not give %d records', async limit => {
        await expect(store.find(things, 'owner', 'ann', { limit })).rejects.toMatchObject({ code: 'invalid' })
        await expect(store.expired(things, start, { limit })).rejects.toMatchObject({ code: 'invalid' })
      })
    })

    describe('expired', () => {
      test('gives what has expired, in the order of expiry, with its value', async () => {
        await store.put(things, 'third', { value: 3, expiresAt: start })
        await store.put(things, 'first', { value: 1, expiresAt: start - 20 })
        await store.put(things, 'live', { value: 4, expiresAt: start + 1 })
        await store.put(things, 'second', { value: 2, expiresAt: start - 10 })
        await store.put(things, 'forever', { value: 5 })
        const records = await other.expired(things, start, { limit: 10 })
        expect(records.map(({ key, value }) => [key, value])).toEqual([
          ['first', 1],
          ['second', 2],
          ['third', 3],
        ])
        for (const { key, version } of records) expect(await store.delete(things, key, version)).toBe(true)
        expect(await other.expired(things, start, { limit: 10 })).toEqual([])
      })

      test('goes on after the last record, also among those of one moment', async () => {
        for (const key of ['e', 'a', 'c/', 'd', 'b']) {
          await store.put(things, key, { value: 1, expiresAt: key === 'e' ? start - 1 : start })
        }
        const first = await store.expired(things, start, { limit: 2 })
        const second = await store.expired(things, start, { limit: 2, ...afterLast(first) })
        const third = await store.expired(things, start, { limit: 2, ...afterLast(second) })
        expect([first, second, third].map(page => page.map(({ key }) => key))).toEqual([['e', 'a'], ['b', 'c/'], ['d']])
      })

      test('leaves a record alone that is renewed before its deletion', async () => {
        await store.put(things, 'a', { value: 1, expiresAt: start - 1 })
        const [record] = await store.expired(things, start, { limit: 1 })
        await other.put(things, 'a', { value: 1, expiresAt: start + 9 })
        expect(await store.delete(things, 'a', record?.version)).toBe(false)
        expect(await store.get(things, 'a')).toMatchObject({ expiresAt: start + 9 })
      })
    })

    test('a closed store refuses', async () => {
      const [closed] = open(() => now)
      await closed.put(things, 'a', { value: 1 })
      await closed.close()
      await closed.close()
      await expect(closed.get(things, 'a')).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' })
      await expect(closed.transact(async () => {})).rejects.toMatchObject({ code: 'unavailable' })
    })

    test('a store that is closed before it is used refuses', async () => {
      const [closed] = open(() => now)
      await closed.close()
      await expect(closed.get(things, 'a')).rejects.toMatchObject({ code: 'unavailable' })
    })

    const created = async (key: string, value: JsonValue): Promise<string> => {
      const version = await store.create(things, key, { value })
      return version ?? expect.fail(`${key} was there already`)
    }

    const versionOf = async (key: string): Promise<string> => (await store.get(things, key))?.version ?? ''

    const keysOf = async (owner: string): Promise<string[]> =>
      (await store.find(things, 'owner', owner, { limit: 10 })).map(({ key }) => key)
  })
}

const afterLast = (page: readonly StoredRecord[]) => {
  const after = page.at(-1)
  return after && { after }
}

/** A collection nobody else uses: tests share a database. */
const anyCollection = () =>
  collection(
    `things${randomBytes(12)
      .toString('hex')
      .replace(/\d/g, digit => 'ghijklmnop'.charAt(Number(digit)))}`,
    'owner',
  )
