import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

  // Transactions that contend for one document take seconds in the emulator.
  const timeoutMs = 20_000

  storeContract('Firestore, two clients', clock => {
    const open = () => firestoreStore('', { clock, timeoutMs })
    return [open(), open()]
  })

  test.each<[string, (store: Store, version: string) => Promise<string | undefined>]>([
    ['create', store => store.create(things, 'created', { value: 2 })],
    ['replace', (store, version) => store.replace(things, 'replaced', version, { value: 2 })],
  ])('%s knows that it has written, though the answer was lost', async (name, write) => {
    const direct = firestoreStore('', { clock: Date.now, timeoutMs })
    await direct.put(things, 'replaced', { value: 1 })
    const before = (await direct.get(things, 'replaced'))?.version ?? ''
    const proxy = await losingFirstCommit(host)
    process.env.FIRESTORE_EMULATOR_HOST = proxy.host
    const store = firestoreStore('', { clock: Date.now, timeoutMs })
    const version = await write(store, before)
    expect(await direct.get(things, `${name}d`)).toMatchObject({ value: 2, version })
    expect(await write(store, before)).toBeUndefined()
    await store.close()
    await direct.close()
    proxy.close()
  })
})

const things = collection('lostAnswers')
