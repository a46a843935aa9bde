import type { IncomingMessage, ServerResponse } from 'node:http'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { Log, Severity } from '../../shared/runtime/log.ts'
import { withTrace } from '../../shared/runtime/trace.ts'
import type { CallerPolicy } from '../../shared/verification/call.ts'
import { Headers } from '../../shared/verification/headers.ts'
import { verifyCaller } from '../../shared/verification/verify-caller.ts'
import { refuseCall, sendError } from '../refuse-call.ts'
import { sendJson } from '../send-json.ts'
import type { Purge } from './purge.ts'
import { noteOf } from './refusal.ts'
import { type Bounds, runPurges } from './run-purges.ts'

export type Retention = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type RetentionParts = {
  readonly policy: CallerPolicy
  readonly purges: readonly Purge[]
  readonly bounds: Bounds
  /** The project whose trace the log entries belong to, where known. */
  readonly traceProject: string | undefined
  readonly log: Log
}

/**
 * One run for each genuine call. Answers with what it has done, `{"purged":{"grants":2,…},"more":false,"durationMs":180}`;
 * with 503 if some of it failed, so that Cloud Scheduler calls again. The call's body is not read.
 */
export const createRetention =
  ({ policy, purges, bounds, traceProject, log: instanceLog }: RetentionParts): Retention =>
  async (request, response) => {
    const log = withTrace(instanceLog, request.headers, traceProject)
    const headers = new Headers(request.rawHeaders)
    try {
      const caller = await verifyCaller({ method: request.method ?? '', headers }, policy)
      if (!caller.ok) return refuseCall(caller.error, noteOf(caller.error), { response, log, close: true })
      const { failed, ...summary } = await runPurges(purges, bounds, log)
      log(...entryOf(failed, summary.more), { caller: caller.value.email, ...summary, failed })
      if (failed.length > 0) sendError(response, 503, true)
      else sendJson(response, 200, JSON.stringify(summary), { Connection: 'close' })
    } catch (error) {
      log('ERROR', 'call failed', { error: describeError(error) })
      if (!response.headersSent) sendError(response, 500, true)
    }
  }

const entryOf = (failed: readonly string[], more: boolean): readonly [Severity, string] => {
  if (failed.length > 0) return ['ERROR', 'purged in part: something failed']
  return more ? ['WARNING', 'purged in part: there is more'] : ['INFO', 'purged']
}
