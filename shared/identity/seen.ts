import type { ChannelAccount } from '../channels/channel.ts'
import { changeAccount } from './change-account.ts'
import type { IdentityParts } from './identity-parts.ts'
import { isProven } from './linking.ts'
import { profileEntry, profiles, withLanguage } from './profile.ts'

/** How exact `lastSeen` is. */
const WRITE_EVERY_MS = 60_000

/** Accounts that an instance remembers to have written. One that was forgotten is written again: no harm. */
const MAX_REMEMBERED = 10_000

export type Seen = {
  /**
   * Notes that an account is being used, which makes its provisional profile. Writes at most once a minute for each account.
   *
   * @throws {StoreError} The turn can go on without.
   */
  seen(account: ChannelAccount, turn: { readonly language: string | undefined }): Promise<void>
  /** The account's profile is being taken away here: waits for a note that is just being made. */
  settled(account: string): Promise<void>
  /** It was taken away: the next use makes another at once. */
  unsee(account: string): void
}

export const createSeen = (parts: IdentityParts, maxRemembered = MAX_REMEMBERED): Seen => {
  const writtenAt = new Map<string, number>()
  const writing = new Map<string, Promise<void>>()

  const remember = (account: string): void => {
    writtenAt.delete(account)
    writtenAt.set(account, parts.clock())
    const [oldest] = writtenAt.keys()
    if (writtenAt.size > maxRemembered && oldest !== undefined) writtenAt.delete(oldest)
  }

  return {
    async seen(account, { language }) {
      if (!isProven(account)) return
      const last = writtenAt.get(account.id)
      if (last !== undefined && parts.clock() - last < WRITE_EVERY_MS) return
      remember(account.id)
      const written = changeAccount(parts, account, async (transaction, { key, profile }) =>
        transaction.put(profiles, key, profileEntry(parts, withLanguage(profile, language))),
      )
      writing.set(account.id, written)
      try {
        await written
      } catch (error) {
        writtenAt.delete(account.id)
        throw error
      } finally {
        writing.delete(account.id)
      }
    },
    async settled(account) {
      await writing.get(account)?.catch(() => {})
    },
    unsee: account => void writtenAt.delete(account),
  }
}
