import * as z from 'zod/mini'
import { fail, ok } from '../../../shared/runtime/result.ts'
import { type Calendar, HORIZON_MS } from './calendar.ts'
import { getResource } from './resource.ts'

const view = z.object({
  value: z.array(z.object({ subject: z.nullish(z.string()), start: z.object({ dateTime: z.string() }) })),
})

/** Times are in UTC and do not say so. https://learn.microsoft.com/graph/api/user-list-calendarview */
export const outlook = (baseUrl = 'https://graph.microsoft.com'): Calendar => ({
  service: 'outlook',
  async nextMeeting(accessToken, now, signal) {
    const url = new URL('/v1.0/me/calendarView', baseUrl)
    url.search = new URLSearchParams({
      startDateTime: new Date(now).toISOString(),
      endDateTime: new Date(now + HORIZON_MS).toISOString(),
      $orderby: 'start/dateTime',
      $top: '1',
    }).toString()
    const answer = await getResource(url, accessToken, signal)
    if (!answer.ok) return answer
    const parsed = view.safeParse(answer.value)
    if (!parsed.success) return fail('unreachable')
    const [first] = parsed.data.value
    if (first === undefined) return ok(undefined)
    const { dateTime } = first.start
    return ok({
      title: first.subject ?? '',
      start: Date.parse(/Z$|[+-]\d\d:\d\d$/.test(dateTime) ? dateTime : `${dateTime}Z`),
    })
  },
})
