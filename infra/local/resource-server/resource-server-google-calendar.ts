import { type Clock, systemClock } from '../../../shared/runtime/clock.ts'
import { type Account, fullName } from '../identity-provider/identity-provider-accounts.ts'
import type { ResourceApi } from './resource-server.ts'
import { type Meeting, meetingsOf } from './resource-server-meetings.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'

/** RFC 3339 with the offset that Google insists on. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

const error = (code: number, message: string) => ({
  error: { code, message, errors: [{ message, domain: 'global', reason: code === 401 ? 'authError' : 'invalid' }] },
})

const moment = (date: Date) => ({ dateTime: date.toISOString().replace('.000Z', 'Z'), timeZone: 'UTC' })

const event = ({ id, title, location, start, end }: Meeting, account: Account) => ({
  kind: 'calendar#event',
  etag: `"${start.getTime()}"`,
  id,
  status: 'confirmed',
  htmlLink: `https://www.google.com/calendar/event?eid=${id}`,
  summary: title,
  location,
  creator: { email: account.email, self: true },
  organizer: { email: account.email, displayName: fullName(account), self: true },
  start: moment(start),
  end: moment(end),
  iCalUID: `${id}@google.com`,
  eventType: 'default',
})

/**
 * `GET /calendar/v3/calendars/primary/events` with timeMin, timeMax, maxResults, singleEvents and orderBy.
 * https://developers.google.com/workspace/calendar/api/v3/reference/events/list
 */
export const googleCalendar = ({ clock = systemClock }: { readonly clock?: Clock } = {}): ResourceApi => ({
  scopes: [CALENDAR, `${CALENDAR}.readonly`, `${CALENDAR}.events`, `${CALENDAR}.events.readonly`],
  error,
  answer({ path, query, token: { account } }) {
    if (path !== '/calendar/v3/calendars/primary/events' || account === undefined) return undefined
    const [timeMin, timeMax] = [query.get('timeMin'), query.get('timeMax')]
    if ([timeMin, timeMax].some(time => time !== null && !RFC_3339.test(time))) {
      return { status: 400, body: error(400, 'Bad Request') }
    }
    if (query.get('orderBy') === 'startTime' && query.get('singleEvents') !== 'true') {
      return { status: 400, body: error(400, 'The requested ordering is not available for the particular query.') }
    }
    const meetings = meetingsOf(account, clock()).filter(
      // Lower bound for the end, upper bound for the start; both exclusive.
      ({ start, end }) =>
        (timeMin === null || end.getTime() > Date.parse(timeMin)) &&
        (timeMax === null || start.getTime() < Date.parse(timeMax)),
    )
    return {
      status: 200,
      body: {
        kind: 'calendar#events',
        summary: account.email,
        updated: new Date(clock()).toISOString(),
        timeZone: 'UTC',
        accessRole: 'owner',
        defaultReminders: [{ method: 'popup', minutes: 10 }],
        items: meetings.slice(0, Number(query.get('maxResults') ?? 250)).map(meeting => event(meeting, account)),
      },
    }
  },
})
