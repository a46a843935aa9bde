import { systemClock } from '../../shared/runtime/clock.ts'
import { hostFunction } from '../../shared/runtime/host-function.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { secureEveryResponse } from './security-headers.ts'
import { startAuth } from './start.ts'

const log = createLog()
secureEveryResponse()

/** The function that functions-framework serves: `--target=auth`. */
export const auth = hostFunction(await startAuth({ environment: process.env, clock: systemClock, log }), log)
