import { type OperatorNote, operatorNotes } from '../../shared/verification/operator-notes.ts'
import type { Rejection, RejectionCode } from '../../shared/verification/rejection.ts'

const JOB =
  'The job of Cloud Scheduler sends an identity token (oidc_token in infra/scheduler.tf). Somebody else is calling.'

/** What an operator looks at here, where the webhook's hints speak of Dialogflow. */
const hints: Partial<Record<RejectionCode, string>> = {
  method_not_allowed: 'Cloud Scheduler calls with POST. Somebody else is calling.',
  token_missing: JOB,
  token_duplicated: JOB,
  token_scheme: JOB,
  token_too_large: JOB,
  token_opaque: `An access token names no audience, so it proves nothing to us. ${JOB}`,
  token_malformed: JOB,
  token_issuer: JOB,
  token_email_unverified: JOB,
  token_audience:
    "If the observed audience is the one of the job's oidc_token, add it to RETENTION_AUDIENCES exactly as observed.",
  token_service_agent: "If the observed address is the one of the job's oidc_token, add it to RETENTION_CALLERS.",
}

/** What a refusal means to the one who operates this function. */
export const noteOf = ({ code }: Rejection): OperatorNote => {
  const note = operatorNotes[code]
  return { ...note, hint: hints[code] ?? note.hint }
}
