import type { Store, Transaction } from '../../../shared/storage/store.ts'

/** What a process finds of its store after it was killed. */
const gone = (): never => {
  throw new Error('killed')
}

/**
 * A store of a process that is killed at its `at`th operation: before that has happened, or after it has and before anybody
 * hears of it. From then on nothing happens any more.
 */
export const killedAt = (store: Store, at: number, when: 'before' | 'after') => {
  let operations = 0
  const step = async <Outcome>(operation: () => Promise<Outcome>): Promise<Outcome> => {
    operations += 1
    if (operations > at || (operations === at && when === 'before')) return gone()
    const outcome = await operation()
    return operations >= at ? gone() : outcome
  }
  const killed: Store = {
    get: (...args) => step(() => store.get(...args)),
    create: (...args) => step(() => store.create(...args)),
    replace: (...args) => step(() => store.replace(...args)),
    put: (...args) => step(() => store.put(...args)),
    delete: (...args) => step(() => store.delete(...args)),
    find: (...args) => step(() => store.find(...args)),
    expired: (...args) => step(() => store.expired(...args)),
    transact: <Outcome>(work: (transaction: Transaction) => Promise<Outcome>) => step(() => store.transact(work)),
    close: () => store.close(),
  }
  return { store: killed, wasReached: () => operations >= at }
}
