import { onTestFinished } from 'vitest'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'

/** A real store in memory, open already: what loads a database waits for real time, which some tests have stopped. */
export const memoryStore = async (): Promise<Store> => {
  const store = sqliteStore(':memory:', { clock: () => Date.now() })
  onTestFinished(() => store.close())
  await store.delete({ name: 'answers', indexed: [] }, 'none')
  return store
}

/** A store of which some methods are out of order. */
export const withFaults = (store: Store, faults: Partial<Store>): Store => ({
  get: (...args) => store.get(...args),
  create: (...args) => store.create(...args),
  replace: (...args) => store.replace(...args),
  put: (...args) => store.put(...args),
  delete: (...args) => store.delete(...args),
  transact: work => store.transact(work),
  find: (...args) => store.find(...args),
  expired: (...args) => store.expired(...args),
  close: () => store.close(),
  ...faults,
})

export const never = (): Promise<never> => new Promise(() => {})

export const afterMs = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
