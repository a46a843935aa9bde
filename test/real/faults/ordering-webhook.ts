import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { defineIntent } from '../../../functions/webhook/define-intent.ts'
import { intents } from '../../../functions/webhook/intents/index.ts'
import { startWebhook } from '../../../functions/webhook/start.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { hostFunction } from '../../../shared/runtime/host-function.ts'
import { createLog } from '../../../shared/runtime/logger.ts'

// The webhook as functions/webhook/index.ts makes it, with one intent more and a clock that can be moved.

const log = createLog()

let aheadMs = 0
process.on('message', message => {
  aheadMs = Number(message)
  process.send?.('moved')
})

/** Takes an order, which has to happen once: a line in the book. The text is how long that takes, in ms. */
const order = defineIntent({
  displayName: 'Order',
  handle: async ({ text, responseId }) => {
    log('DEBUG', 'ordering')
    await delay(Number(text))
    appendFileSync(process.env.BOOK ?? '', `${responseId}\n`)
    return reply().text({ en: `Ordered: ${randomUUID()}` })
  },
})

/** `--target=webhook`. */
const started = await startWebhook({
  environment: process.env,
  intents: [...intents, order],
  clock: () => Date.now() + aheadMs,
  log,
})

export const webhook = hostFunction(started, log)
