import { describeError } from '../runtime/describe-error.ts'
import type { Log } from '../runtime/log.ts'
import { type Lease, leaseMs } from './lease.ts'

/** Two renewals may fail before the lease is lost. */
const renewEveryMs = leaseMs / 4

/** Renews a lease while a handler runs. Returns what ends it. */
export const renewLease = (lease: Lease, log: Log): (() => void) => {
  let ended = false
  const renew = async () => {
    const held = await lease.renew().catch(error => {
      log('WARNING', 'lease not renewed: the store failed', { error: describeError(error) })
      return true
    })
    if (ended) return
    if (held) timer = setTimeout(renew, renewEveryMs)
    else log('WARNING', 'lease lost: another process may run the handler too')
  }
  let timer = setTimeout(renew, renewEveryMs)
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
