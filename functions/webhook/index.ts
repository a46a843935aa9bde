import { systemClock } from '../../shared/runtime/clock.ts'
import { prepareFunctionHost } from '../../shared/runtime/function-host.ts'
import { endGracefully } from '../../shared/runtime/graceful-end.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { intents } from './intents/index.ts'
import { startWebhook } from './start.ts'

const log = createLog()
prepareFunctionHost(log)
endGracefully(log)

/** The function that functions-framework serves: `--target=webhook`. */
export const webhook = await startWebhook({ environment: process.env, intents, clock: systemClock, log })
