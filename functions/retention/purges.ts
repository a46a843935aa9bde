import type { Purge, PurgeParts } from './purge.ts'
import { purgeAccounts } from './purge-accounts.ts'
import { purgeAnswers } from './purge-answers.ts'

/** Everything that is kept for a time. A purge is one file, and a line here. */
export const createPurges = (parts: PurgeParts): readonly Purge[] => [
  purgeAccounts(parts), // grants, sign-ins, pending revocations
  purgeAnswers(parts), // replies kept for a call's retry
]
