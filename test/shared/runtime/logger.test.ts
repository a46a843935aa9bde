import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Severity } from '../../../shared/runtime/log.ts'
import { createLog } from '../../../shared/runtime/logger.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'

const lines: string[] = []
const log = createLog({ write: line => void lines.push(line) })

const written = (...entry: Parameters<typeof log>): string => {
  lines.length = 0
  log(...entry)
  expect(lines).toHaveLength(1)
  return lines.join('')
}
const parsed = (...entry: Parameters<typeof written>) => JSON.parse(written(...entry))

const hostile = 'a\n{"severity":"INFO"}\r\u2028\0\u001b[31m"\\\ud800</script>'

const circle: { cause: object } = { cause: {} }
circle.cause = circle
const thrower = {
  get cause(): never {
    throw new Error('not for you')
  },
}

describe('an entry', () => {
  it('has the shape that Cloud Logging reads, and nothing else', () => {
    expect(parsed('WARNING', 'call refused', { code: 'token_expired', evidence: { now: 'x' } })).toEqual({
      severity: 'WARNING',
      message: 'call refused',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      code: 'token_expired',
      evidence: { now: 'x' },
    })
  })

  it.each<Severity>(['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'])('is written at %s', severity => {
    expect(parsed(severity, 'x')).toMatchObject({ severity })
  })

  it('is one line, whatever it holds', () => {
    const line = written('INFO', hostile, { [hostile]: hostile, deep: { [hostile]: [hostile] } })
    expect(line).toMatch(/^\{[^\n\r]*\}\n$/)
    expect(JSON.parse(line)).toMatchObject({ severity: 'INFO' })
  })

  it('survives what JSON cannot say', () => {
    const circular: Record<string, unknown> = { big: 1n, none: undefined, call: () => 1, nan: Number.NaN }
    circular.self = circular
    expect(parsed('INFO', 'x', { circular })).toMatchObject({ message: 'x' })
  })

  it.each([
    ['a circle', circle, ['cause']],
    ['what throws when it is read', thrower, ['cause']],
  ])('names what it could not say: %s', (_, fields, unsayable) => {
    expect(parsed('ERROR', 'x', fields)).toEqual({
      severity: 'ERROR',
      message: 'x',
      timestamp: expect.any(String),
      unsayable,
    })
  })

  it('says a large number in full', () => {
    expect(parsed('INFO', 'x', { size: 2n ** 64n })).toMatchObject({ size: '18446744073709551616' })
  })

  it('of any text is one line of JSON with the same text in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), text => {
        const line = written('NOTICE', text, { text })
        expect(line.match(/[\n\r]/g)).toEqual(['\n'])
        expect(JSON.parse(line)).toMatchObject({ message: text, text })
      }),
      { seed: 9440, numRuns: 200 },
    )
  })
})
