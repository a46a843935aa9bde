import { type Account, fullName } from '../identity-provider/identity-provider-accounts.ts'

export interface Meeting {
  readonly id: string
  readonly title: string
  readonly location: string
  readonly start: Date
  readonly end: Date
}

const MINUTE_MS = 60_000

/** Everybody's day: minutes from now, a length in minutes, a title. */
const DAY = [
  { id: 'standup', from: -120, minutes: 15, title: 'Stand-up', location: 'Online' },
  { id: 'review', from: 45, minutes: 60, title: 'Design review', location: 'Room Analytical Engine' },
  { id: 'planning', from: 26 * 60, minutes: 30, title: 'Planning', location: 'Room Compiler' },
] as const

/** One meeting that is over, the next one and a later one, all of them with the person's name in the title. */
export const meetingsOf = (account: Account, now: number): readonly Meeting[] =>
  DAY.map(({ id, from, minutes, title, location }) => {
    // On whole minutes, as calendars are.
    const start = Math.floor(now / MINUTE_MS + from) * MINUTE_MS
    return {
      id: `${account.id}-${id}`,
      title: `${title} with ${fullName(account)}`,
      location,
      start: new Date(start),
      end: new Date(start + minutes * MINUTE_MS),
    }
  })
