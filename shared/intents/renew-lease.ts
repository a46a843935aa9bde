import type { Log } from '../runtime/log.ts'
import { describeError } from './describe-error.ts'
import { type Lease, leaseMs } from './lease.ts'

/** Two renewals may fail before the lease is lost. */
const renewEveryMs = leaseMs / 3

/** Renews a lease while a handler runs. Returns what ends it. */
export const renewLease = (lease: Lease, log: Log): (() => void) => {
  let ended = false
  const renew = async () => {
    try {
      const held = await lease.renew()
      if (ended) return
      if (!held) return log('WARNING', 'lease lost: another process may run the handler too')
    } catch (error) {
      log('WARNING', 'lease not renewed: the store failed', { error: describeError(error) })
    }
    if (!ended) timer = setTimeout(renew, renewEveryMs)
  }
  let timer = setTimeout(renew, renewEveryMs)
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
