import type { UndeliveredReason } from '../../shared/identity/notification-undelivered.ts'
import type { LogFields, Severity } from '../../shared/runtime/log.ts'
import type { Delivery } from './deliver.ts'

/** What an operator looks at who finds an undelivered notification. */
const hints: Readonly<Record<UndeliveredReason, string>> = {
  user_unknown:
    'Nobody has signed in by that name. Only users who have signed in once can be notified; name them by service and subject.',
  user_ambiguous: 'Two users have that name. Name them by service and subject.',
  no_account: 'The user has no linked account in Slack, Microsoft Teams or Twilio, or none whose address is known.',
  refused:
    'Every account refused it; the attempts have the channels’ own codes. no_credentials: see CHANNEL_CREDENTIALS.',
  unavailable: 'Every channel was down, too busy or unreachable for an hour. Does the function reach their APIs?',
  too_late:
    'It was published more than 7 days ago, and may have been sent then. Publish it again, with another dedupe, if it was not.',
  outcome_unknown:
    'The channel did not answer, or the process ended meanwhile. It may have been sent: ask the user, or look there.',
  not_read: 'The user was told of the message in a conversation, and has not asked for it within a day.',
}

/** What is said of a message in the log: no name, no account, no text. */
export type Known = { readonly notification: string; readonly messageId: string }

/** What has become of a notification, as a log entry. */
export const entryOf = (delivery: Delivery, known: Known): readonly [Severity, string, LogFields] => {
  const { outcome, ...evidence } = delivery
  switch (outcome) {
    case 'sent':
      return ['INFO', 'notification sent', { ...known, ...evidence }]
    case 'held':
      return ['INFO', 'notification held: its user is busy', { ...known, ...evidence }]
    case 'repeated':
      return ['INFO', 'notification repeated: it was dealt with before', known]
    case 'later':
      return ['NOTICE', 'notification not delivered yet', { ...known, ...evidence }]
    case 'undelivered': {
      const { reason, attempts } = delivery
      return ['ERROR', 'notification undelivered', { ...known, reason, attempts, hint: hints[reason] }]
    }
  }
}
