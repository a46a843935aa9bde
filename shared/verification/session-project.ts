import { excerpt, type Rejection } from './rejection.ts'

/**
 * Whether a session belongs to one of the projects that this deployment serves, and the call comes from that project's own
 * agent. The session stands in the body: without the second condition, whoever may edit an agent of one accepted project
 * could pose as a user of another's.
 *
 * @param project as in the session's name, or `undefined` where the call names none
 * @param serviceAgent who has signed for the call
 * @param accepted `PROJECT`, or `PROJECT=SERVICE_AGENT`, whose sessions only that service agent brings; empty when every
 *   project is accepted
 */
export const checkSessionProject = (
  project: string | undefined,
  serviceAgent: string,
  accepted: readonly string[],
): Rejection | undefined => {
  if (accepted.length === 0) return undefined
  const entries = accepted.map(entry => entry.split('=')).filter(([accepted]) => accepted === project)
  if (entries.some(([, own]) => own === undefined || own === serviceAgent)) return undefined
  return entries.length === 0
    ? { code: 'session_project', observed: excerpt(project ?? '(none)'), expected: accepted }
    : { code: 'session_service_agent', observed: serviceAgent, expected: entries.flatMap(([, own]) => own ?? []) }
}
