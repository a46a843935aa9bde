import { defineIntent } from '../../../functions/webhook/define-intent.ts'
import { startWebhook } from '../../../functions/webhook/start.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { systemClock } from '../../../shared/runtime/clock.ts'
import { hostFunction } from '../../../shared/runtime/host-function.ts'
import { createLog } from '../../../shared/runtime/logger.ts'

const answer = reply().text('Your next meeting is at ten.')

/** Both idempotent: storing the answers would cost more than what is compared. */
const intents = [
  defineIntent({ displayName: 'without', idempotent: true, handle: () => answer }),
  defineIntent({
    displayName: 'with',
    idempotent: true,
    handle: (_turn, { withAccount }) => withAccount('google-calendar', () => answer),
  }),
]

const log = createLog()

/** The webhook, with two intents that say the same; one asks for its user's account first. */
export const webhook = hostFunction(
  await startWebhook({ environment: process.env, intents, clock: systemClock, log }),
  log,
)
