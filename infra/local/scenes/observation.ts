import type { JsonObject } from '../../../shared/runtime/json.ts'
import type { Exchange } from '../dialogflow/webhook-call.ts'
import type { Estate } from '../estate.ts'

/** A call as its caller saw it, and as the operator finds it in the logs. */
export interface Observation {
  readonly exchange: Exchange
  /** The function's entry on the call; undefined when the call did not reach it. */
  readonly entry: JsonObject | undefined
  /** The load balancer's reason to close the connection; undefined when it did not. */
  readonly statusDetails: string | undefined
}

const isOutcome = ({ message }: JsonObject): boolean => typeof message === 'string' && /^call \w+$/.test(message)

/** Has a call made and looks up what the logs say of it. One at a time: entries are told apart by their order. */
export const observe = async (estate: Estate, make: () => Promise<Exchange>): Promise<Observation> => {
  const { webhook, gatewayLog } = estate
  const [written, closed] = [webhook.log.length, gatewayLog.length]
  const exchange = await make()
  const entry = exchange.outcome === 'answered' ? await webhook.log.find(written, isOutcome) : undefined
  const { statusDetails } = (exchange.outcome === 'closed' && (await gatewayLog.find(closed, () => true))) || {}
  return { exchange, entry, statusDetails: typeof statusDetails === 'string' ? statusDetails : undefined }
}
