import type { ConfigurationProblem, Environment } from '../shared/runtime/configuration.ts'
import { fail, type Result } from '../shared/runtime/result.ts'
import { resolveSecret } from '../shared/runtime/secret.ts'

/** Reads the secret that a variable refers to; every problem, none with any of its text. */
export const readSetting = async <Value>(
  variable: string,
  reference: string,
  environment: Environment,
  parse: (text: string) => Result<Value, readonly string[]>,
): Promise<Result<Value, readonly ConfigurationProblem[]>> => {
  const secret = await resolveSecret(reference, environment)
  const parsed = secret.ok ? parse(secret.value) : fail([secret.error])
  if (parsed.ok) return parsed
  return fail(
    parsed.error.map(reason => ({
      variable,
      problem: 'invalid',
      expected: `something readable at ${reference}, but ${reason}`,
    })),
  )
}
