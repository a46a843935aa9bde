import { systemClock } from '../../shared/runtime/clock.ts'
import { hostFunction } from '../../shared/runtime/host-function.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { startRetention } from './start.ts'

const log = createLog()

/** The function that functions-framework serves: `--target=retention`. */
export const retention = hostFunction(await startRetention({ environment: process.env, clock: systemClock, log }), log)
