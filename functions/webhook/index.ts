import { systemClock } from '../../shared/runtime/clock.ts'
import { hostFunction } from '../../shared/runtime/host-function.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { intents } from './intents/index.ts'
import { startWebhook } from './start.ts'

const log = createLog()

/** The function that functions-framework serves: `--target=webhook`. */
export const webhook = hostFunction(
  await startWebhook({ environment: process.env, intents, clock: systemClock, log }),
  log,
)
