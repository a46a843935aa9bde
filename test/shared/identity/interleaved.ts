import type { Scheduler } from 'fast-check'
import type { Store, Transaction } from '../../../shared/storage/store.ts'

/** A store at which everybody waits before each step, inside of transactions too, until it is their turn. */
export const interleaved = (store: Store, scheduler: Scheduler): Store => {
  const turn = () => scheduler.schedule(Promise.resolve())
  const inTurn = async <Outcome>(operation: () => Promise<Outcome>): Promise<Outcome> => {
    await turn()
    return await operation()
  }
  return {
    get: (...args) => inTurn(() => store.get(...args)),
    create: (...args) => inTurn(() => store.create(...args)),
    replace: (...args) => inTurn(() => store.replace(...args)),
    put: (...args) => inTurn(() => store.put(...args)),
    delete: (...args) => inTurn(() => store.delete(...args)),
    find: (...args) => inTurn(() => store.find(...args)),
    expired: (...args) => inTurn(() => store.expired(...args)),
    transact: <Outcome>(work: (transaction: Transaction) => Promise<Outcome>) =>
      store.transact(async transaction => {
        const outcome = await work({
          get: (...args) => inTurn(() => transaction.get(...args)),
          put: (...args) => transaction.put(...args),
          delete: (...args) => transaction.delete(...args),
        })
        await turn()
        return outcome
      }),
    close: () => store.close(),
  }
}
