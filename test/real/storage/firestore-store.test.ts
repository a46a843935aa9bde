import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collection } from '../../../shared/storage/collection.ts'
import { firestoreStore } from '../../../shared/storage/firestore-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { storeContract } from '../../shared/storage/store-contract.ts'
import { hasFirestoreEmulator, startFirestoreEmulator } from './firestore-emulator.ts'
import { losingFirstCommit } from './lost-answers.ts'

describe.runIf(hasFirestoreEmulator())('with the emulator', () => {
  let host = ''
  let stop = async () => {}

  beforeAll(async () => {
    ;({ host, stop } = await startFirestoreEmulator())
  })

  beforeEach(() => {
    process.env.FIRESTORE_EMULATOR_HOST = host
  })

  afterAll(() => stop())

  // The emulator's first answers take seconds.
  const timeoutMs = 20_000

  storeContract('Firestore, two clients', clock => {
    const open = () => firestoreStore('', { clock, timeoutMs })
    return [open(), open()]
  })

  describe('though the answer to its commit was lost', () => {
    let direct: Store
    let store: Store
    let version: string
    let close = () => {}
    let meanwhile: () => Promise<void>

    beforeEach(async () => {
      direct = firestoreStore('', { clock: Date.now, timeoutMs })
      await direct.delete(things, 'new')
      await direct.put(things, 'old', { value: 1 })
      version = (await direct.get(things, 'old'))?.version ?? ''
      meanwhile = async () => {}
      const proxy = await losingFirstCommit(host, () => meanwhile())
      process.env.FIRESTORE_EMULATOR_HOST = proxy.host
      store = firestoreStore('', { clock: Date.now, timeoutMs })
      close = proxy.close
    })

    afterEach(() => close())

    test('create knows that it has written', async () => {
      const written = await store.create(things, 'new', { value: 2 })
      expect(await direct.get(things, 'new')).toMatchObject({ value: 2, version: written })
      expect(await store.create(things, 'new', { value: 2 })).toBeUndefined()
    })

    test('replace knows that it has written', async () => {
      const written = await store.replace(things, 'old', version, { value: 2 })
      expect(await direct.get(things, 'old')).toMatchObject({ value: 2, version: written })
      expect(await store.replace(things, 'old', version, { value: 2 })).toBeUndefined()
    })

    test('put and a deletion of any version are made', async () => {
      await store.put(things, 'new', { value: 2 })
      expect(await direct.get(things, 'new')).toMatchObject({ value: 2 })
      expect(await store.delete(things, 'new')).toBe(true)
    })

    test('a deletion does not say that it has found nothing', async () => {
      await expect(store.delete(things, 'old', version)).rejects.toMatchObject({ code: 'unavailable' })
      expect(await direct.get(things, 'old')).toBeUndefined()
      expect(await store.delete(things, 'old', version)).toBe(false)
    })

    test('a transaction knows that it has written, and does so once', async () => {
      let runs = 0
      const outcome = await store.transact(async transaction => {
        runs += 1
        const record = await transaction.get(things, 'old')
        transaction.delete(things, 'old')
        transaction.put(things, 'new', { value: Number(record?.value) + 1 })
        return record?.value
      })
      expect([outcome, runs]).toEqual([1, 1])
      expect(await direct.get(things, 'new')).toMatchObject({ value: 2 })
    })

    test('a transaction of deletions alone does not begin again', async () => {
      let runs = 0
      const deletion = store.transact(async transaction => {
        runs += 1
        await transaction.get(things, 'old')
        transaction.delete(things, 'old')
      })
      await expect(deletion).rejects.toMatchObject({ code: 'unavailable' })
      expect(runs).toBe(1)
    })

    test('a replacement that others have written over since does not say that it was not made', async () => {
      meanwhile = () => direct.put(things, 'old', { value: 3 })
      const replaced = store.replace(things, 'old', version, { value: 2 })
      await expect(replaced).rejects.toMatchObject({ code: 'unavailable' })
      expect(await direct.get(things, 'old')).toMatchObject({ value: 3 })
    })

    test('a transaction that others have written over since does not begin again', async () => {
      meanwhile = () => direct.put(things, 'old', { value: 3 })
      const work = store.transact(async transaction => {
        const record = await transaction.get(things, 'old')
        transaction.put(things, 'old', { value: Number(record?.value) + 1 })
      })
      await expect(work).rejects.toMatchObject({ code: 'unavailable' })
      expect(await direct.get(things, 'old')).toMatchObject({ value: 3 })
    })
  })
})

const things = collection('lostAnswers')
