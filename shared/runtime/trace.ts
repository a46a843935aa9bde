import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from './log.ts'

/** `traceparent` of W3C Trace Context: version-trace-parent-flags. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/
/** `X-Cloud-Trace-Context`: TRACE/SPAN;o=OPTIONS. */
const CLOUD_TRACE_CONTEXT = /^([0-9a-f]{32})(?:\/|$)/

const traceOf = (
  headers: IncomingHttpHeaders,
): { readonly trace: string; readonly span?: string | undefined } | undefined => {
  const parent = TRACEPARENT.exec(String(headers.traceparent ?? ''))
  if (parent?.[1] !== undefined) return { trace: parent[1], span: parent[2] }
  const trace = CLOUD_TRACE_CONTEXT.exec(String(headers['x-cloud-trace-context'] ?? ''))?.[1]
  return trace === undefined ? undefined : { trace }
}

/**
 * A log whose entries belong to one request's trace.
 *
 * @param project the project id; Cloud Logging shows an entry with its request only under `projects/ID/traces/TRACE`
 */
export const withTrace = (log: Log, headers: IncomingHttpHeaders, project: string | undefined): Log => {
  const found = traceOf(headers)
  if (found === undefined) return log
  const name = project === undefined ? found.trace : `projects/${project}/traces/${found.trace}`
  const fields = {
    'logging.googleapis.com/trace': name,
    ...(found.span === undefined ? {} : { 'logging.googleapis.com/spanId': found.span }),
  }
  return (severity, message, more) => log(severity, message, { ...more, ...fields })
}
