import type { KnownAccounts, Purge } from './purge.ts'

/** Few: each asks its provider, all of them at the same moment. */
const BATCH = 10

/** Grants, sign-ins and revocations: the tokens they hold are revoked at their provider. */
export const purgeAccounts = ({
  accounts,
}: {
  readonly accounts: Pick<KnownAccounts, 'oauth'> | undefined
}): Purge => ({
  name: 'accounts',
  takeBatch: async () => (accounts === undefined ? {} : { ...(await accounts.oauth.purgeExpired(BATCH)) }),
})
