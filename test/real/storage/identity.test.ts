import { afterAll, beforeAll, describe, expect } from 'vitest'
import { firestoreStore } from '../../../shared/storage/firestore-store.ts'
import { identityContract } from '../../shared/identity/identity-contract.ts'
import { hasFirestoreEmulator, startFirestoreEmulator } from './firestore-emulator.ts'

describe.runIf(hasFirestoreEmulator())('with the emulator', () => {
  let host = ''
  let stop = async () => {}

  beforeAll(async () => {
    ;({ host, stop } = await startFirestoreEmulator())
  })

  afterAll(() => stop())

  // The emulator's first answers take seconds.
  const timeoutMs = 20_000

  identityContract('Firestore', async clock => {
    process.env.FIRESTORE_EMULATOR_HOST = host
    const project = process.env.GOOGLE_CLOUD_PROJECT ?? 'local'
    const documents = `http://${host}/emulator/v1/projects/${project}/databases/(default)/documents`
    expect(await fetch(documents, { method: 'DELETE' })).toMatchObject({ ok: true })
    return firestoreStore('', { clock, timeoutMs })
  })
})
