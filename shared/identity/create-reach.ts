import { findUser } from './find-user.ts'
import type { ReachParts } from './identity-parts.ts'
import type { Reach } from './reach.ts'
import { reachableAccounts } from './reachable-accounts.ts'

/** For a function that looks users up, and changes nothing about them. */
export const createReach = (parts: ReachParts): Reach => ({
  findUser: reference => findUser(parts, reference),
  reachableAccounts: user => reachableAccounts(parts, user),
})
