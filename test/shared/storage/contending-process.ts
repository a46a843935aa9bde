import { createInterface } from 'node:readline'
import { collection } from '../../../shared/storage/collection.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'

/** A program, `contending-process.ts FILE`: creates the record of each key it reads, and says whether it has. */
const store = sqliteStore(process.argv[2] ?? '', { clock: Date.now })
for await (const key of createInterface({ input: process.stdin })) {
  const version = await store.create(collection('contended'), key, { value: process.pid })
  process.stdout.write(version === undefined ? 'there already\n' : 'created\n')
}
await store.close()
