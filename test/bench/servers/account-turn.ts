import { defineIntent } from '../../../functions/webhook/define-intent.ts'
import { startWebhook } from '../../../functions/webhook/start.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { systemClock } from '../../../shared/runtime/clock.ts'
import { hostFunction } from '../../../shared/runtime/host-function.ts'
import { createLog } from '../../../shared/runtime/logger.ts'

const answer = reply().text('Your next meeting is at ten.')

const intents = ['once only', 'idempotent'].flatMap(kind => {
  const idempotent = kind === 'idempotent' ? { idempotent: true as const } : {}
  return [
    defineIntent({ displayName: `${kind}, without`, ...idempotent, handle: () => answer }),
    defineIntent({
      displayName: `${kind}, with`,
      ...idempotent,
      handle: (_turn, { withAccount }) => withAccount('google-calendar', () => answer),
    }),
  ]
})

const log = createLog()

/** The webhook, with pairs of intents that say the same; one of each asks for its user's account first. */
export const webhook = hostFunction(
  await startWebhook({ environment: process.env, intents, clock: systemClock, log }),
  log,
)
