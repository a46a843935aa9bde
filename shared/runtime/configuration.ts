import * as z from 'zod/mini'
import { fail, ok, type Result } from './result.ts'

/** One thing that is wrong with the environment. It never holds the value: some values are secrets. */
export type ConfigurationProblem = {
  readonly variable: string
  readonly problem: 'missing' | 'invalid' | 'not allowed here'
  /** What the variable should hold, in words. */
  readonly expected: string
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A variable: how its text is read, and what to say when it cannot be. */
export type Variable<Value> = {
  readonly expected: string
  /** The text that stands for an absent or empty variable; without it the variable is required. */
  readonly fallback?: string
  readonly schema: z.ZodMiniType<Value, string>
}

/** Variables by name; what they are read into has the same names. */
export type Variables = Readonly<Record<string, Variable<unknown>>>

export type Configuration<Table extends Variables> = {
  readonly [Name in keyof Table]: Table[Name] extends Variable<infer Value> ? Value : never
}

/**
 * Reads every variable of a table, and reports every problem at once.
 *
 * @param contradictions what no variable can tell by itself, once each can be read
 */
export const readConfiguration = <Table extends Variables>(
  table: Table,
  environment: Environment,
  contradictions: (configuration: Configuration<Table>) => readonly ConfigurationProblem[] = () => [],
): Result<Configuration<Table>, readonly ConfigurationProblem[]> => {
  const values: Record<string, unknown> = {}
  const problems: ConfigurationProblem[] = []
  for (const [variable, { expected, fallback, schema }] of Object.entries(table)) {
    const text = environment[variable]?.trim() || fallback
    if (text === undefined) {
      problems.push({ variable, problem: 'missing', expected })
      continue
    }
    const parsed = schema.safeParse(text)
    if (parsed.success) values[variable] = parsed.data
    else problems.push({ variable, problem: 'invalid', expected })
  }
  if (problems.length > 0) return fail(problems)
  const configuration = values as Configuration<Table>
  const contradicting = contradictions(configuration)
  return contradicting.length > 0 ? fail(contradicting) : ok(configuration)
}

/** The problems as one message, a line each. */
export const describeProblems = (problems: readonly ConfigurationProblem[]): string =>
  problems.map(({ variable, problem, expected }) => `${variable} is ${problem}: expected ${expected}`).join('\n')

/** Text that may be empty: for variables that are optional. */
export const text = z.string()

/** A separated list of distinct, non-empty strings. Entries are trimmed, nothing else about them is changed. */
export const list = (separator: ',' | ';', entry = /^[^\s,;]+$/) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform(value => [...new Set(value.split(separator).map(part => part.trim()))]),
    ),
    z.array(z.string().check(z.regex(entry))).check(z.minLength(1)),
  )
