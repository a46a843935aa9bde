import { excerpt, type Rejection } from './rejection.ts'

/**
 * Whether a session belongs to one of the projects that this deployment serves.
 *
 * @param project as in the session's name, or `undefined` where the call names none
 * @param accepted project ids; empty when every project is accepted
 */
export const checkSessionProject = (project: string | undefined, accepted: readonly string[]): Rejection | undefined =>
  accepted.length === 0 || (project !== undefined && accepted.includes(project))
    ? undefined
    : { code: 'session_project', observed: excerpt(project ?? '(none)'), expected: accepted }
