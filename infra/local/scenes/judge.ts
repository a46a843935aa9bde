import { object, parseObject } from '../json-object.ts'
import type { AttackRefusal } from './attacks.ts'
import type { Observation } from './observation.ts'

/** What came of a call, in a few words: the status and code in the function's log, or the load balancer's reason. */
export const outcomeOf = ({ exchange, entry, statusDetails }: Observation): string => {
  if (exchange.outcome === 'closed') return `closed ${statusDetails ?? exchange.reason}`
  return `${exchange.status} ${entry?.code ?? entry?.message ?? 'and no log entry'}`
}

/** What an attack should have come to, in the same words. */
export const expectedOutcome = (refusal: AttackRefusal): string =>
  'closed' in refusal ? `closed ${refusal.closed}` : `${refusal.status} ${refusal.code}`

/** Google's error shape and nothing else: whoever is refused learns no reason. */
const saysNothing = (body: string, status: number): boolean => {
  const { error, ...others } = parseObject(body)
  const { code, status: name, message, ...more } = object(error)
  const isWhole = code === status && typeof name === 'string' && typeof message === 'string'
  return isWhole && Object.keys({ ...others, ...more }).length === 0
}

/** What is wrong with a refusal; undefined when it is as it should be. */
export const findFault = (refusal: AttackRefusal, observation: Observation): string | undefined => {
  const [expected, observed] = [expectedOutcome(refusal), outcomeOf(observation)]
  if (observed !== expected) return `expected ${expected}`
  const { exchange } = observation
  if (exchange.outcome === 'answered' && !saysNothing(exchange.body, exchange.status)) {
    return `the answer says more than it should: ${exchange.body}`
  }
  return undefined
}
