import { type Clock, systemClock } from '../../../shared/runtime/clock.ts'
import { type Account, fullName } from '../identity-provider/identity-provider-accounts.ts'
import type { ResourceApi } from './resource-server.ts'
import { type Meeting, meetingsOf } from './resource-server-meetings.ts'

const SCOPES = ['Calendars.ReadBasic', 'Calendars.Read', 'Calendars.ReadWrite']

const CODES: Readonly<Record<number, string>> = {
  400: 'ErrorInvalidParameter',
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  404: 'ResourceNotFound',
}

const error = (status: number, message: string) => ({ error: { code: CODES[status] ?? 'UnknownError', message } })

/** Graph writes the time without an offset and with seven decimals, and the zone beside it. */
const moment = (date: Date) => ({ dateTime: date.toISOString().replace('Z', '0000'), timeZone: 'UTC' })

const event = ({ id, title, location, start, end }: Meeting, account: Account) => ({
  id,
  subject: title,
  bodyPreview: '',
  isAllDay: false,
  isCancelled: false,
  showAs: 'busy',
  type: 'singleInstance',
  start: moment(start),
  end: moment(end),
  location: { displayName: location, locationType: 'default' },
  organizer: { emailAddress: { name: fullName(account), address: account.email } },
  isOnlineMeeting: false,
  webLink: `https://outlook.office365.com/owa/?itemid=${id}`,
})

/** The start of a range as Graph takes it: without an offset it is UTC. */
const time = (text: string | null): number =>
  Date.parse(text === null || /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? (text ?? '') : `${text}Z`)

/**
 * `GET /v1.0/me/calendarView` with startDateTime and endDateTime, and `GET /v1.0/me/events`; both with $top. In UTC, in
 * the order of their start.
 * https://learn.microsoft.com/graph/api/user-list-calendarview
 */
export const microsoftGraph = ({ clock = systemClock }: { readonly clock?: Clock } = {}): ResourceApi => ({
  scopes: SCOPES.flatMap(scope => [scope, `https://graph.microsoft.com/${scope}`]),
  error,
  answer({ path, query, token: { account } }) {
    const isView = path === '/v1.0/me/calendarView'
    if ((!isView && path !== '/v1.0/me/events') || account === undefined) return undefined
    const [from, until] = [time(query.get('startDateTime')), time(query.get('endDateTime'))]
    if (isView && Number.isNaN(from + until)) {
      return {
        status: 400,
        body: error(
          400,
          'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
        ),
      }
    }
    const meetings = meetingsOf(account, clock()).filter(
      ({ start, end }) => !isView || (end.getTime() > from && start.getTime() < until),
    )
    return {
      status: 200,
      body: {
        '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${account.objectId}')/${path.split('/').at(-1)}`,
        value: meetings.slice(0, Number(query.get('$top') ?? 10)).map(meeting => event(meeting, account)),
      },
    }
  },
})
