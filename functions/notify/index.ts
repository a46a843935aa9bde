import { systemClock } from '../../shared/runtime/clock.ts'
import { prepareFunctionHost } from '../../shared/runtime/function-host.ts'
import { endGracefully } from '../../shared/runtime/graceful-end.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { startNotify } from './start.ts'

const log = createLog()
prepareFunctionHost(log)
endGracefully(log)

/** The function that functions-framework serves: `--target=notify`. */
export const notify = await startNotify({ environment: process.env, clock: systemClock, log })
