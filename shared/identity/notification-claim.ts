import * as z from 'zod/mini'
import type { ChannelName } from '../channels/channel.ts'
import { randomValue } from '../oauth/one-time.ts'
import type { Clock } from '../runtime/clock.ts'
import { collection } from '../storage/collection.ts'
import type { Entry, Store, Transaction } from '../storage/store.ts'

/** What has become of each notification, for {@link KNOWN_MS}. */
export const notifications = collection('notifications')

/**
 * How long it is known of a notification what has become of it: as long as Pub/Sub keeps a message by default. It can be set
 * to 31 days, and `seek` brings old ones back: what was published longer ago may have been sent.
 */
export const KNOWN_MS = 7 * 24 * 60 * 60_000

/** Longer than one attempt takes, `SEND_TIMEOUT_MS` in shared/channels, with the writes around it. */
export const LEASE_MS = 20_000

/** What is under way. A process that dies leaves it behind. */
export type Attempt = {
  readonly channel: ChannelName
  /** The message is held for the user, and what is being sent is the question alone. */
  readonly held: boolean
}

const recordSchema = z.union([
  z.object({ state: z.literal('done') }),
  z.object({
    state: z.literal('claimed'),
    /** Random: which claim this is. */
    holder: z.string(),
    /** Milliseconds since the epoch. */
    leaseUntil: z.number(),
    trying: z.nullable(z.object({ channel: z.string(), held: z.boolean() })),
  }),
])

type ClaimRecord = z.output<typeof recordSchema>

const parse = (value: unknown): ClaimRecord | undefined => z.safeParse(recordSchema, value).data

/** Something to write together with a step of a claim, all or nothing. */
export type Alongside = (transaction: Transaction) => void

/** The right to deliver a notification. It is lost to another process when an attempt takes longer than the lease. */
export type Claim = {
  /** What a process was at when it died. Whether that has reached the user, nobody knows. */
  readonly left: { readonly channel: string; readonly held: boolean } | undefined
  /** Says what is tried next, before it is. Resolves to false if the claim is lost: then nothing may be tried. */
  readonly attempt: (attempt: Attempt, alongside?: Alongside) => Promise<boolean>
  /** It is never delivered again. Resolves to false if the claim is lost. */
  readonly finish: (alongside?: Alongside) => Promise<boolean>
  /** Nothing is under way any more, and the next delivery may try. */
  readonly release: (alongside?: Alongside) => Promise<boolean>
}

export type Claimed =
  | { readonly outcome: 'claimed'; readonly claim: Claim }
  /** Another delivery of it is at work. */
  | { readonly outcome: 'taken' }
  /** It has been dealt with before. */
  | { readonly outcome: 'done' }

/** Claims a notification: of any number of deliveries at once one gets it, and none gets one that has been dealt with. */
export const claimNotification = async (
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  key: string,
): Promise<Claimed> => {
  const holder = randomValue(128)
  const entry = (value: ClaimRecord): Entry => ({ value, expiresAt: clock() + KNOWN_MS })
  const held = (trying: Claim['left'], leaseMs = LEASE_MS): Entry =>
    entry({ state: 'claimed', holder, leaseUntil: clock() + leaseMs, trying: trying ?? null })

  const write = (next: Entry, alongside?: Alongside): Promise<boolean> =>
    store.transact(async transaction => {
      const record = parse((await transaction.get(notifications, key))?.value)
      if (record?.state !== 'claimed' || record.holder !== holder) return false
      transaction.put(notifications, key, next)
      alongside?.(transaction)
      return true
    })

  const claimed = (left: Claim['left']): Claimed => ({
    outcome: 'claimed',
    claim: {
      left,
      attempt: (attempt, alongside) => write(held(attempt), alongside),
      finish: alongside => write(entry({ state: 'done' }), alongside),
      release: alongside => write(held(undefined, 0), alongside),
    },
  })

  if ((await store.create(notifications, key, held(undefined))) !== undefined) return claimed(undefined)
  const found = await store.get(notifications, key)
  const record = parse(found?.value)
  if (record?.state === 'done') return { outcome: 'done' }
  if (found === undefined || record === undefined || clock() < record.leaseUntil) return { outcome: 'taken' }
  // What it was at stays written until this claim says otherwise.
  const left = record.trying ?? undefined
  const taken = await store.replace(notifications, key, found.version, held(left))
  return taken === undefined ? { outcome: 'taken' } : claimed(left)
}
