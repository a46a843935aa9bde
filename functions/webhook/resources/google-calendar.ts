import * as z from 'zod/mini'
import { fail, ok } from '../../../shared/runtime/result.ts'
import { type Calendar, HORIZON_MS } from './calendar.ts'
import { getResource } from './resource.ts'

const events = z.object({
  items: z.array(
    z.object({
      summary: z._default(z.string(), ''),
      // A whole day has a date alone.
      start: z.object({ dateTime: z.optional(z.string()), date: z.optional(z.string()) }),
    }),
  ),
})

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/list */
export const googleCalendar = (baseUrl = 'https://www.googleapis.com'): Calendar => ({
  service: 'google-calendar',
  async nextMeeting(accessToken, now, signal) {
    const url = new URL('/calendar/v3/calendars/primary/events', baseUrl)
    url.search = new URLSearchParams({
      timeMin: new Date(now).toISOString(),
      timeMax: new Date(now + HORIZON_MS).toISOString(),
      singleEvents: 'true',
      orderBy: 'startTime',
      maxResults: '1',
    }).toString()
    const answer = await getResource(url, accessToken, signal)
    if (!answer.ok) return answer
    const parsed = events.safeParse(answer.value)
    if (!parsed.success) return fail('unreachable')
    const [first] = parsed.data.items
    if (first === undefined) return ok(undefined)
    return ok({ title: first.summary, start: Date.parse(first.start.dateTime ?? first.start.date ?? '') })
  },
})
