import { matchIntent } from '../dialogflow/agent.ts'
import { Conversation } from '../dialogflow/conversation.ts'
import { callAsDialogflow } from '../dialogflow/dialogflow.ts'
import type { Estate } from '../estate.ts'
import { attackGroups } from './attacks.ts'
import { findFaultWithAnswer, genuineCalls } from './genuine-calls.ts'
import { findFault, outcomeOf } from './judge.ts'
import { performAttack } from './perform-attack.ts'
import { detail, handshakeLines, proofLines, reasonLines } from './report.ts'

/** How a scene went: what came of it, what is wrong with that, and lines that tell more. */
export interface Played {
  readonly outcome: string
  readonly fault: string | undefined
  readonly lines: readonly string[]
}

/** One step of the demo. */
export interface Scene {
  readonly group: string
  readonly title: string
  readonly play: (estate: Estate) => Promise<Played>
}

const GENUINE = 'Genuine calls'

const answered: readonly Scene[] = genuineCalls.map(call => ({
  group: GENUINE,
  title: call.title,
  play: async estate => {
    const turn = await call.take(estate)
    return {
      outcome: outcomeOf(turn),
      fault: findFaultWithAnswer(call, turn, estate),
      lines: [...handshakeLines(turn.exchange.handshake), ...proofLines(turn.entry), detail('answer', turn.answer)],
    }
  },
}))

/** Dialogflow repeats a call that took too long; the second must not book again. */
const repeated: Scene = {
  group: GENUINE,
  title: 'the same call twice at once',
  play: async estate => {
    const said = 'Book an appointment'
    const request = new Conversation('cx', estate.project).request(said, matchIntent(said))
    const exchanges = await Promise.all([1, 2].map(() => callAsDialogflow(estate, request)))
    const [first, second] = exchanges.map(exchange =>
      exchange.outcome === 'answered' ? exchange.body : exchange.reason,
    )
    const outcome = first === second ? 'one answer' : 'two answers'
    const isBooked = first?.includes('appointment') === true && first === second
    return {
      outcome,
      fault: isBooked ? undefined : 'expected one answer',
      lines: [detail('answers', `${first}`), detail('', `${second}`)],
    }
  },
}

const refused: readonly Scene[] = attackGroups.flatMap(({ title: group, attacks }) =>
  Object.values(attacks).map(attack => ({
    group,
    title: attack.title,
    play: async estate => {
      const observation = await performAttack(estate, attack)
      return {
        outcome: outcomeOf(observation),
        fault: findFault(attack.refusal, observation),
        lines: reasonLines(observation),
      }
    },
  })),
)

/** The reference's walk in ES and CX, then everything that has to be refused. */
export const scenes: readonly Scene[] = [...answered, repeated, ...refused]
