import { systemClock } from '../../shared/runtime/clock.ts'
import { prepareFunctionHost } from '../../shared/runtime/function-host.ts'
import { endGracefully } from '../../shared/runtime/graceful-end.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { startRetention } from './start.ts'

const log = createLog()
prepareFunctionHost(log)
endGracefully(log)

/** The function that functions-framework serves: `--target=retention`. */
export const retention = await startRetention({ environment: process.env, clock: systemClock, log })
