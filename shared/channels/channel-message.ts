import { Fields } from '../dialogflow/fields.ts'
import { agentOf } from '../dialogflow/session.ts'
import type { Turn } from '../dialogflow/turn.ts'
import { matching } from './checked-id.ts'

/** The user whom a verified session token proves: a `ProvenUser` of `shared/verification`. */
export type SignedInUser = { readonly service: string; readonly subject: string }

/** The part of a turn that tells where it came from. */
export type ChannelMessage = {
  /** Lower case: what `originalDetectIntentRequest`, or the payload about itself, names as its source. */
  readonly source: string | undefined
  /** Dialogflow's own servers named the source. */
  readonly integrated: boolean
  readonly payload: Fields
  /** The channel's own message: the payload's `data`, or a connector's whole payload. */
  readonly data: Fields
  /** The agent's resource name: within it, ids are unique of which the message does not tell the application. */
  readonly agent: string | undefined
  readonly signedIn: SignedInUser | undefined
}

const AGENT = /^[A-Za-z0-9:._/-]{1,256}$/

/**
 * `originalDetectIntentRequest.source` "is set by Dialogflow-owned servers"; the payload is whatever the caller of
 * `detectIntent` wrote, and CX tells nothing else. Integrations leave a source out of the payload: one that stands there
 * is a caller's, and takes the other's credit away should Dialogflow ever copy it.
 * https://cloud.google.com/dialogflow/es/docs/reference/rest/v2/OriginalDetectIntentRequest
 */
export const channelMessageOf = (turn: Turn, signedIn: SignedInUser | undefined): ChannelMessage => {
  const payload = Fields.of(turn.payload)
  const named = Fields.of(turn.body).message('originalDetectIntentRequest').string('source')
  const agent = turn.session && agentOf(turn.session)
  return {
    source: (named ?? payload.string('source'))?.toLowerCase(),
    integrated: turn.dialect === 'es' && named !== undefined && !payload.has('source'),
    payload,
    data: payload.has('data') ? payload.message('data') : payload,
    agent: matching(agent, AGENT),
    signedIn,
  }
}
