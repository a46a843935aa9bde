import { systemClock } from '../../shared/runtime/clock.ts'
import { hostFunction } from '../../shared/runtime/host-function.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { startNotify } from './start.ts'

const log = createLog()

/** The function that functions-framework serves: `--target=notify`. */
export const notify = hostFunction(await startNotify({ environment: process.env, clock: systemClock, log }), log)
