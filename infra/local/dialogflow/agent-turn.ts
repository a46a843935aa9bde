import type { Estate } from '../estate.ts'
import { parseObject } from '../json-object.ts'
import { type Observation, observe } from '../scenes/observation.ts'
import { matchIntent } from './agent.ts'
import { answerText } from './answer-text.ts'
import type { Conversation } from './conversation.ts'
import { callAsDialogflow, type Deviation } from './dialogflow.ts'

/** What a user got for what they said, and how. */
export interface AgentTurn extends Observation {
  readonly answer: string
  /** Whether the answer is the webhook's, or the agent's own because the webhook gave none. */
  readonly fromWebhook: boolean
}

/** One turn of a conversation: match an intent, ask the webhook, answer. As Dialogflow does, the agent covers for errors. */
export const takeTurn = async (
  estate: Estate,
  conversation: Conversation,
  said: string,
  deviation?: Deviation,
): Promise<AgentTurn> => {
  const intent = matchIntent(said)
  const request = conversation.request(said, intent)
  const observation = await observe(estate, () => callAsDialogflow(estate, request, deviation))
  const { exchange } = observation
  const response = exchange.outcome === 'answered' && exchange.status === 200 ? parseObject(exchange.body) : {}
  conversation.remember(response)
  const answer = answerText(conversation.dialect, response)
  return { ...observation, answer: answer || intent.ownResponse, fromWebhook: answer !== '' }
}
