import { type Reply, reply } from '../../../shared/dialogflow/reply.ts'
import type { AccountToken } from '../../../shared/oauth/require-account.ts'
import { signInReply } from '../account-replies.ts'
import { defineIntent } from '../define-intent.ts'
import type { Meeting } from '../resources/calendar.ts'
import { googleCalendar } from '../resources/google-calendar.ts'
import { outlook } from '../resources/outlook.ts'

/** The variables move them in emulation. */
const google = googleCalendar(process.env.GOOGLE_CALENDAR_URL)
const microsoft = outlook(process.env.MICROSOFT_GRAPH_URL)

/** The next meeting of the user's own calendar: Google's, or Outlook's if the parameter `calendar` says so. */
export const nextMeeting = defineIntent({
  displayName: 'account.next_meeting',
  tag: 'account.next_meeting',
  handle: ({ parameters, language = 'en' }, { withAccount, clock, signal }) => {
    const calendar = parameters.calendar === 'outlook' ? microsoft : google
    const look = async ({ accessToken }: AccountToken) => await calendar.nextMeeting(accessToken, clock(), signal)

    return withAccount(calendar.service, async account => {
      const found = await look(account)
      if (found.ok) return tell(found.value, language)
      if (found.error !== 'rejected') return signInReply({ outcome: 'failed', failure: { code: 'deadline' } })
      // The token was revoked behind our back: with a fresh one, or after a new sign-in, once more.
      return withAccount(
        calendar.service,
        async fresh => {
          const again = await look(fresh)
          return again.ok
            ? tell(again.value, language)
            : signInReply({ outcome: 'failed', failure: { code: 'deadline' } })
        },
        { rejected: account.accessToken },
      )
    })
  },
})

/** Dialogflow's language codes are language tags, but come from whoever calls `detectIntent`. */
const usable = (language: string): string => {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en'
  } catch {
    return 'en'
  }
}

const tell = (meeting: Meeting | undefined, language: string): Reply => {
  if (meeting === undefined) {
    return reply().text({
      en: 'You have no meeting in the next thirty days.',
      fr: 'Vous n’avez aucune réunion dans les trente prochains jours.',
      de: 'In den nächsten dreißig Tagen haben Sie keinen Termin.',
      es: 'No tiene ninguna reunión en los próximos treinta días.',
    })
  }
  const { title, start } = meeting
  const when = new Intl.DateTimeFormat(usable(language), {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(start)
  return reply().text({
    en: `Your next meeting is “${title}”, ${when} UTC.`,
    fr: `Votre prochaine réunion : « ${title} », ${when} UTC.`,
    de: `Ihr nächster Termin: „${title}“, ${when} UTC.`,
    es: `Su próxima reunión: «${title}», ${when} UTC.`,
  })
}
