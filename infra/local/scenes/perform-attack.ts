import { matchIntent } from '../dialogflow/agent.ts'
import { Conversation } from '../dialogflow/conversation.ts'
import { callAsDialogflow } from '../dialogflow/dialogflow.ts'
import type { Estate } from '../estate.ts'
import type { Attack } from './attacks.ts'
import { type Observation, observe } from './observation.ts'

const SAID = 'Hi'

/** Makes the call of an attack: a genuine one of ES, but for the deviation. */
export const performAttack = async (estate: Estate, { deviation }: Attack): Promise<Observation> => {
  const request = new Conversation('es', estate.project).request(SAID, matchIntent(SAID))
  const how = await deviation(estate)
  return await observe(estate, () => callAsDialogflow(estate, request, how))
}
