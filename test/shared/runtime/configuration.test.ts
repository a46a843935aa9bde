import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import {
  describeProblems,
  list,
  readConfiguration,
  text,
  type Variables,
} from '../../../shared/runtime/configuration.ts'

const table = {
  AUDIENCES: { expected: 'audiences', schema: list(',') },
  MODE: { expected: 'a or b', fallback: 'a', schema: z.enum(['a', 'b']) },
  LIMIT: {
    expected: 'a number',
    fallback: '10',
    schema: z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number)),
  },
  NOTE: { expected: 'anything', fallback: '', schema: text },
} as const satisfies Variables

const valuesOf = (environment: Readonly<Record<string, string | undefined>>) => {
  const read = readConfiguration(table, environment)
  if (!read.ok) throw new Error(describeProblems(read.error))
  return read.value
}
const problemsOf = (environment: Readonly<Record<string, string | undefined>>) => {
  const read = readConfiguration(table, environment)
  if (read.ok) throw new Error('nothing is wrong')
  return read.error
}

describe('configuration', () => {
  it('is read into what its schemas make of it', () => {
    expect(valuesOf({ AUDIENCES: 'x,y', MODE: 'b', LIMIT: '5', NOTE: 'hello', OTHER: '!' })).toEqual({
      AUDIENCES: ['x', 'y'],
      MODE: 'b',
      LIMIT: 5,
      NOTE: 'hello',
    })
  })

  it.each([undefined, '', ' ', '\n'])('takes the fallback of a variable that is %j', MODE => {
    expect(valuesOf({ AUDIENCES: 'x', MODE, LIMIT: MODE })).toMatchObject({ MODE: 'a', LIMIT: 10, NOTE: '' })
  })

  it('is read without the space around a value', () => {
    expect(valuesOf({ AUDIENCES: ' x ', MODE: 'b\n' })).toMatchObject({ AUDIENCES: ['x'], MODE: 'b' })
  })

  it.each([undefined, '', ' '])('misses a required variable that is %j', AUDIENCES => {
    expect(problemsOf({ AUDIENCES })).toEqual([{ variable: 'AUDIENCES', problem: 'missing', expected: 'audiences' }])
  })

  it('reports every problem at once, by the names of the variables', () => {
    expect(problemsOf({ MODE: 'c', LIMIT: 'many' })).toEqual([
      { variable: 'AUDIENCES', problem: 'missing', expected: 'audiences' },
      { variable: 'MODE', problem: 'invalid', expected: 'a or b' },
      { variable: 'LIMIT', problem: 'invalid', expected: 'a number' },
    ])
  })

  it('never repeats a value: it may be a secret in the wrong place', () => {
    const problems = problemsOf({ AUDIENCES: 's3cret value', MODE: 's3cret', LIMIT: 's3cret' })
    expect(problems).toHaveLength(3)
    expect(JSON.stringify(problems)).not.toContain('s3cret')
    expect(describeProblems(problems)).not.toContain('s3cret')
  })

  it('is not found in what every object has', () => {
    const inherited = { toString: { expected: 'x', schema: text } } satisfies Variables
    expect(readConfiguration(inherited, Object.create(null))).toMatchObject({ ok: false })
  })
})

it('problems are described a line each', () => {
  expect(
    describeProblems([
      { variable: 'A', problem: 'missing', expected: 'a path' },
      { variable: 'B', problem: 'not allowed here', expected: 'nothing' },
    ]),
  ).toBe('A is missing: expected a path\nB is not allowed here: expected nothing')
})

describe('a list', () => {
  const parse = (value: string, separator: ',' | ';' = ',', entry?: RegExp) => {
    const parsed = list(separator, entry).safeParse(value)
    return parsed.success ? parsed.data : 'invalid'
  }

  it.each([
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    [' a , b ', ['a', 'b']],
    ['a,a,b,a', ['a', 'b']],
    ['https://x.example/?a=b', ['https://x.example/?a=b']],
  ])('is read from %j', (value, entries) => {
    expect(parse(value)).toEqual(entries)
  })

  it.each(['', ',', 'a,', ',a', 'a,,b', 'a b', 'a;b', 'a\nb', ' '])('is not %j', value => {
    expect(parse(value)).toBe('invalid')
  })

  it('may be separated by semicolons, with commas and blanks in its entries', () => {
    expect(parse('Example, Inc.; b', ';', /^[^;]+$/)).toEqual(['Example, Inc.', 'b'])
  })

  it('holds only what each entry may be', () => {
    expect(parse('a,B', ',', /^[a-z]$/)).toBe('invalid')
  })
})
