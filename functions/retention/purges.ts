import type { Purge, PurgeParts } from './purge.ts'
import { purgeAccounts } from './purge-accounts.ts'
import { purgeAnswers } from './purge-answers.ts'
import { purgeMessages } from './purge-messages.ts'
import { purgeUsers } from './purge-users.ts'

/** Everything that is kept for a time. A purge is one file, and a line here. */
export const createPurges = (parts: PurgeParts): readonly Purge[] => [
  purgeUsers(parts), // profiles, users, consent, audit
  purgeAccounts(parts), // grants, sign-ins, pending revocations
  purgeMessages(parts), // notifications: claimed, held, undelivered
  purgeAnswers(parts), // replies kept for a call's retry
]
