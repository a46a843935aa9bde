import { type ConfigurationProblem, describeProblems } from '../shared/runtime/configuration.ts'
import type { Log } from '../shared/runtime/log.ts'
import type { Result } from '../shared/runtime/result.ts'

export type Starting<Problems> = {
  /** Of the function. */
  readonly name: string
  /** What is wrong, if something is. */
  readonly what: string
  readonly describe: (problems: Problems) => string
  readonly log: Log
}

/**
 * What a function cannot start without.
 *
 * @throws {Error} when it is not there: the instance must not start. The log has every problem.
 */
export const orStopWith = <Value, Problems>(
  result: Result<Value, Problems>,
  { name, what, describe, log }: Starting<Problems>,
): Value => {
  if (result.ok) return result.value
  log('CRITICAL', `${name} cannot start: ${what}`, { problems: result.error })
  throw new Error(`${name} cannot start: ${what}\n${describe(result.error)}`)
}

/** The same for the configuration, or what is made of it. */
export const orStop = <Value>(result: Result<Value, readonly ConfigurationProblem[]>, name: string, log: Log): Value =>
  orStopWith(result, { name, what: 'configuration', describe: describeProblems, log })
