import { clientCertificates } from '../certificates/client-certificates.ts'
import { type AgentTurn, takeTurn } from '../dialogflow/agent-turn.ts'
import { Conversation } from '../dialogflow/conversation.ts'
import type { Estate } from '../estate.ts'
import { object } from '../json-object.ts'
import { outcomeOf } from './judge.ts'

/** A call that must be answered. */
export interface GenuineCall {
  readonly title: string
  readonly profile: string
  readonly take: (estate: Estate) => Promise<AgentTurn>
}

/** What the user says in the reference's walk. */
const SAID = 'Hi'

export const genuineCalls: readonly GenuineCall[] = [
  {
    title: `Dialogflow ES: ${SAID}`,
    profile: 'sslcom',
    take: estate => takeTurn(estate, new Conversation('es', estate.project), SAID),
  },
  {
    title: `Dialogflow CX: ${SAID}`,
    profile: 'sslcom',
    take: estate => takeTurn(estate, new Conversation('cx', estate.project), SAID),
  },
  {
    title: `Dialogflow ES with its legacy certificate: ${SAID}`,
    profile: 'gts-legacy',
    take: async estate => {
      const client = await clientCertificates['dialogflow-legacy'](estate.ca)
      return await takeTurn(estate, new Conversation('es', estate.project), SAID, { client })
    },
  },
]

/** What is wrong with the answer to a genuine call, or with the proofs it was answered on; undefined when nothing is. */
export const findFaultWithAnswer = ({ profile }: GenuineCall, turn: AgentTurn, estate: Estate): string | undefined => {
  if (outcomeOf(turn) !== '200 call accepted') return 'expected 200 call accepted'
  if (!turn.fromWebhook) return 'expected an answer of the webhook'
  const { attestation, peerCertificate, identityToken } = object(turn.entry?.proofs)
  const { serviceAgent, audience } = estate.genuine
  const proven =
    attestation === 'matched' &&
    object(peerCertificate).profile === profile &&
    object(identityToken).serviceAgent === serviceAgent &&
    object(identityToken).audience === audience
  return proven ? undefined : `expected the proofs of ${profile} in the log`
}
