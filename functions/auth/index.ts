import { systemClock } from '../../shared/runtime/clock.ts'
import { prepareFunctionHost } from '../../shared/runtime/function-host.ts'
import { endGracefully } from '../../shared/runtime/graceful-end.ts'
import { createLog } from '../../shared/runtime/logger.ts'
import { secureEveryResponse } from './security-headers.ts'
import { startAuth } from './start.ts'

const log = createLog()
prepareFunctionHost(log)
endGracefully(log)
secureEveryResponse()

/** The function that functions-framework serves: `--target=auth`. */
export const auth = await startAuth({ environment: process.env, clock: systemClock, log })
