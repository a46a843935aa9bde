import { readdirSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testWith } from '../infra/part.ts'
import { hasFirestoreEmulator, startFirestoreEmulator } from '../storage/firestore-emulator.ts'
import { lockDatabase } from './database-lock.ts'
import { SmallDisk, smallDisk } from './small-disk.ts'
import { Surroundings } from './surroundings.ts'
import { APOLOGY, type Instance } from './webhook-instance.ts'

const order = { intent: 'Order', text: '0' } as const
const ordered = { status: 200, hears: expect.stringMatching(/^Ordered: /) }
const apology = { status: 200, hears: APOLOGY }
const NOT_RUN = 'handler not run: the store failed'
const hours = { status: 200, hears: expect.stringContaining('nine') }

/** While the store fails: nothing is ordered, the user is asked to try again, and whatever needs no store is answered. */
const fails = async (instance: Instance, around: Surroundings, reads: object, message = NOT_RUN) => {
  const before = await around.ordered()
  expect(await instance.sayAndRead(order, message)).toMatchObject({ ...apology, reads })
  expect(await around.ordered()).toEqual(before)
  expect(await instance.say({ intent: 'Opening Hours' })).toEqual(hours)
}

/** Once the store is well: the call that failed can be made again, and happens once. */
const isWell = async (instance: Instance, around: Surroundings, responseId: string) => {
  const first = await instance.say({ ...order, responseId })
  expect(first).toEqual(ordered)
  expect(await instance.say({ ...order, responseId })).toEqual(first)
  expect((await around.ordered()).filter(line => line === responseId)).toHaveLength(1)
}

const storeError = (code: string) => ({ severity: 'ERROR', error: { name: 'StoreError', code } })

describe.concurrent('SQLite: the user is asked to try again, the operator reads why, nothing is ordered twice or lost:', () => {
  test('locked by another process', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    await isWell(instance, around, 'before')
    {
      using _ = lockDatabase(around.database)
      await fails(instance, around, storeError('contention'))
    }
    await isWell(instance, around, 'after')
  })

  test('locked by another process for a moment only: the user hears the answer', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    await isWell(instance, around, 'before')
    const lock = lockDatabase(around.database)
    setTimeout(() => lock[Symbol.dispose](), 1000)
    expect(await instance.say(order)).toEqual(ordered)
  })

  test('locked while the order is being taken: the user hears the answer, and so does a retry', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    await isWell(instance, around, 'before')
    const call = { intent: 'Order', text: '500', responseId: 'slow' } as const
    const from = instance.running.log.length
    const first = instance.say(call)
    await instance.read('ordering', from)
    const lock = lockDatabase(around.database)
    setTimeout(() => lock[Symbol.dispose](), 1500)
    expect(await first).toEqual(ordered)
    expect(await instance.say(call)).toEqual(await first)
    expect((await around.ordered()).filter(line => line === 'slow')).toHaveLength(1)
  })

  testWith(smallDisk)('on a full disk', async () => {
    await using around = await Surroundings.make()
    using disk = new SmallDisk(around.directory)
    await using instance = await around.start({ STORE: `sqlite:${join(disk.path, 'store.sqlite')}` })
    await isWell(instance, around, 'before')
    disk.fill()
    await untilItFails(instance)
    await fails(instance, around, storeError('unavailable'))
    disk.clear()
    await isWell(instance, around, 'after')
    await isWell(instance, around, 'before')
  })

  testWith(smallDisk)('on a disk that can only be read', async () => {
    await using around = await Surroundings.make()
    using disk = new SmallDisk(around.directory)
    const environment = { STORE: `sqlite:${join(disk.path, 'store.sqlite')}` }
    {
      await using instance = await around.start(environment)
      await isWell(instance, around, 'before')
    }
    disk.readOnly = true
    await using instance = await around.start(environment)
    await fails(instance, around, storeError('unavailable'))
    disk.readOnly = false
    await isWell(instance, around, 'after')
    await isWell(instance, around, 'before')
  })

  test('a path that is nowhere', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start({ STORE: 'sqlite:/nowhere/store.sqlite' })
    await fails(instance, around, storeError('unavailable'))
  })

  test('a file that is no database, until it is taken away', async () => {
    await using around = await Surroundings.make()
    await writeFile(around.database, 'not a database '.repeat(1000))
    await using instance = await around.start()
    await fails(instance, around, storeError('unavailable'))
    await rm(around.database)
    await isWell(instance, around, 'after')
  })

  test('the file is deleted: the instance goes on with what it has open', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    await isWell(instance, around, 'before')
    for (const suffix of ['', '-wal', '-shm']) await rm(`${around.database}${suffix}`)
    await isWell(instance, around, 'before')
    await isWell(instance, around, 'after')
  })
})

/** The write-ahead log has room left for some orders. */
const untilItFails = async (instance: Instance): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await instance.say({ intent: 'Book Appointment' })).hears === APOLOGY) return
  }
}

describe.runIf(hasFirestoreEmulator())(
  'Firestore: the user is asked to try again, the operator reads why, nothing is lost:',
  () => {
    test('frozen, then itself again, then gone', async () => {
      await using around = await Surroundings.make()
      const emulator = await startFirestoreEmulator()
      try {
        await using instance = await around.start({
          STORE: 'firestore:',
          FIRESTORE_EMULATOR_HOST: emulator.host,
          GOOGLE_CLOUD_PROJECT: 'local',
        })
        // The emulator's first answers take seconds.
        await expect.poll(() => instance.say({ ...order, responseId: 'before' }), { timeout: 20_000 }).toEqual(ordered)
        await isWell(instance, around, 'before')

        const processes = processesAt(emulator.host)
        expect(processes.length).toBeGreaterThan(0)
        for (const pid of processes) process.kill(pid, 'SIGSTOP')
        await fails(instance, around, storeError('deadline'))
        for (const pid of processes) process.kill(pid, 'SIGCONT')
        await isWell(instance, around, 'after')

        await emulator.stop()
        await fails(instance, around, storeError('unavailable'))
      } finally {
        await emulator.stop()
      }
    }, 90_000)
  },
)

/** The emulator is started by others, and is known by its port. */
const processesAt = (host: string): readonly number[] => {
  const port = host.split(':')[1] ?? host
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && commandOf(name).includes(port))
    .map(Number)
}

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
