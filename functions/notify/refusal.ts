import { type OperatorNote, operatorNotes } from '../../shared/verification/operator-notes.ts'
import type { Rejection, RejectionCode } from '../../shared/verification/rejection.ts'
import type { MessageError } from './published-message.ts'

/** Every reason for which a push is not accepted. */
export type Refusal = Rejection | MessageError | { readonly code: 'body_incomplete'; readonly reason: string }

const PUSH =
  "Pub/Sub's subscription sends an identity token (oidc_token in infra/pubsub.tf). Somebody else is calling, or the subscription has none."

/** What an operator looks at here, where the webhook's hints speak of Dialogflow. */
const hints: Partial<Record<RejectionCode, string>> = {
  method_not_allowed: 'Pub/Sub calls with POST. Somebody else is calling.',
  body_too_large: 'No notification is that large. Publish fewer attributes.',
  token_missing: PUSH,
  token_duplicated: PUSH,
  token_scheme: PUSH,
  token_too_large: PUSH,
  token_opaque: `An access token names no audience, so it proves nothing to us. ${PUSH}`,
  token_malformed: PUSH,
  token_issuer: PUSH,
  token_email_unverified: PUSH,
  token_audience:
    "If the observed audience is the one of the subscription's oidc_token, add it to NOTIFY_AUDIENCES exactly as observed.",
  token_service_agent: "If the observed address is the one of the subscription's oidc_token, add it to NOTIFY_CALLERS.",
}

const MESSAGE_NOTE: OperatorNote = {
  status: 400,
  severity: 'ERROR',
  hint: 'The call is genuine, but the message is no notification: {"user":{"service","subject"}|{"username"},"text","link"?,"dedupe"}, in JSON. Pub/Sub keeps it in notifications-undelivered after its last attempt.',
}

const isRejection = (refusal: Refusal): refusal is Rejection => refusal.code in operatorNotes

/** What a refusal means to the one who operates this function. */
export const noteOf = (refusal: Refusal): OperatorNote => {
  if (!isRejection(refusal)) return MESSAGE_NOTE
  const note = operatorNotes[refusal.code]
  return { ...note, hint: hints[refusal.code] ?? note.hint }
}
