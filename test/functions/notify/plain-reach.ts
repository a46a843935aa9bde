import type { Reach, ReachableAccount } from '../../../shared/identity/reach.ts'
import { slack, teams, twilio } from '../../shared/channels/send-stand-ins.ts'

/** A `Reach` over plain data: accounts by user, and a user by subject or user name. Two users with one name are ambiguous. */
export const plainReach = (people: Readonly<Record<string, readonly ReachableAccount[]>>): Reach => ({
  async findUser(reference) {
    const name = 'username' in reference ? reference.username : reference.subject
    if (name === 'twin') return { outcome: 'ambiguous' }
    return people[name] === undefined ? { outcome: 'unknown' } : { outcome: 'found', user: name }
  },
  reachableAccounts: async user => (people[user] ?? []).toSorted((one, other) => other.lastSeen - one.lastSeen),
})

const HOUR_MS = 60 * 60_000

/** Ada's accounts, seen in Slack last, and not lately. */
export const accountsOf = (now: number) =>
  ({
    slack: {
      account: '["slack","T0AAAAAAA","U0ADA"]',
      channel: 'slack',
      address: slack,
      lastSeen: now - HOUR_MS,
      language: 'en',
      masked: '…ADA',
    },
    teams: {
      account: '["microsoft_teams","t","ada"]',
      channel: 'microsoft_teams',
      address: teams,
      lastSeen: now - 2 * HOUR_MS,
      language: 'fr-CA',
      masked: '…555',
    },
    twilio: {
      account: '["twilio","+15550100199"]',
      channel: 'twilio',
      address: twilio,
      lastSeen: now - 3 * HOUR_MS,
      language: 'de',
      masked: '…0199',
    },
  }) satisfies Record<string, ReachableAccount>
