import type { Reply } from '../dialogflow/reply.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store } from '../storage/store.ts'
import { answers } from './answers.ts'
import { readReply, storedReply } from './stored-reply.ts'

/** A holder that has died, or has stood still, for this long has lost the call. Short, so that a retry still has the time to answer. */
export const leaseMs = 2500

/** How long a reply is kept. Dialogflow's one retry comes after 30 s at most. It may be personal, so not much longer. */
export const keepMs = 5 * 60_000

/** The right to answer a call. */
export type Lease = {
  /** Makes it last another `leaseMs`. Resolves to false if it is lost. */
  readonly renew: () => Promise<boolean>
  /** Keeps the reply for whoever asks again. Resolves to the reply that counts, which is another's if that was kept first. */
  readonly keep: (reply: Reply) => Promise<Reply>
}

/** Where calls and their replies are kept. */
export type AnswerStore = {
  readonly store: Store
  /** Encrypts replies; without one they are kept in clear. */
  readonly keyring?: Keyring | undefined
  readonly clock: Clock
}

/** Takes the lease on a call, unless somebody holds it or has answered: one conditional write. */
export const takeLease = async ({ store, keyring, clock }: AnswerStore, id: string): Promise<Lease | undefined> => {
  const held = () => ({ value: null, expiresAt: clock() + leaseMs })
  const created = await store.create(answers, id, held())
  if (created === undefined) return undefined
  let version = created
  return {
    renew: async () => {
      const renewed = await store.replace(answers, id, version, held())
      version = renewed ?? version
      return renewed !== undefined
    },
    keep: async reply => {
      const entry = { value: storedReply(reply, id, keyring), expiresAt: clock() + keepMs }
      if ((await store.replace(answers, id, version, entry)) !== undefined) return reply
      // The lease is lost; or it is just being renewed.
      return store.transact(async transaction => {
        const record = await transaction.get(answers, id)
        const first = readReply(record?.value, id, keyring)
        if (first !== undefined) return first
        transaction.put(answers, id, entry)
        return reply
      })
    },
  }
}

/** What is known of a call: its reply, that somebody holds the lease on it, or nothing. A reply that does not decrypt will not come. */
export const lookUp = async ({ store, keyring }: AnswerStore, id: string): Promise<Reply | 'leased' | 'unknown'> => {
  const record = await store.get(answers, id)
  if (record === undefined) return 'unknown'
  return readReply(record.value, id, keyring) ?? 'leased'
}
