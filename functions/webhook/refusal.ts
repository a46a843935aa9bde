import type { ServerResponse } from 'node:http'
import type { BodyError } from '../../shared/dialogflow/body-error.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { type OperatorNote, operatorNotes } from '../../shared/verification/operator-notes.ts'
import type { Rejection } from '../../shared/verification/rejection.ts'
import { refuseCall } from '../refuse-call.ts'

/** Every reason for which a call gets no answer. */
export type Refusal = Rejection | BodyError | { readonly code: 'body_incomplete'; readonly reason: string }

const BODY_NOTE: OperatorNote = {
  status: 400,
  severity: 'WARNING',
  hint: 'The call is genuine, but its body is no WebhookRequest of Dialogflow ES or CX. A flexible CX webhook sends none: choose the standard kind.',
}

const INCOMPLETE_NOTE: OperatorNote = {
  status: 400,
  severity: 'WARNING',
  hint: 'The call is genuine, but its body broke off or took too long. Something between Dialogflow and this function is slow, or cuts calls.',
}

const noteOf = ({ code }: Refusal): OperatorNote => {
  if (code === 'body_incomplete') return INCOMPLETE_NOTE
  return code in operatorNotes ? operatorNotes[code as Rejection['code']] : BODY_NOTE
}

/** Answers a refused call with as little as possible, and tells the operator why. */
export const refuse = (refusal: Refusal, response: ServerResponse, log: Log, close: boolean): void =>
  refuseCall(refusal, noteOf(refusal), { response, log, close })
