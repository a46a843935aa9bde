import { type HttpFunction, prepareFunctionHost } from './function-host.ts'
import { endGracefully } from './graceful-end.ts'
import type { Log } from './log.ts'

/** Makes a function fit to be served by functions-framework: see `function-host.ts` and `graceful-end.ts`. At module level. */
export const hostFunction = <Hosted extends HttpFunction>(serve: Hosted, log: Log): Hosted => {
  prepareFunctionHost(serve, log)
  endGracefully(log)
  return serve
}
