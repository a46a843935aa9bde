import { describe, expect, it } from 'vitest'
import type { Severity } from '../../../shared/runtime/log.ts'
import { withTrace } from '../../../shared/runtime/trace.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const traceparent = `00-${TRACE}-${SPAN}-01`

const fieldsWith = (headers: Parameters<typeof withTrace>[1], project?: string, more?: object) => {
  const entries: (readonly [Severity, string, unknown])[] = []
  const log = withTrace(
    (...[severity, message, fields]) => void entries.push([severity, message, fields]),
    headers,
    project,
  )
  log('INFO', 'x', { ...more })
  const [entry] = entries
  expect(entry?.slice(0, 2)).toEqual(['INFO', 'x'])
  return entry?.[2]
}

describe('the trace of a request', () => {
  it('is that of traceparent, in the project where Cloud Logging looks for it', () => {
    expect(fieldsWith({ traceparent }, 'my-project', { a: 1 })).toEqual({
      a: 1,
      'logging.googleapis.com/trace': `projects/my-project/traces/${TRACE}`,
      'logging.googleapis.com/spanId': SPAN,
    })
  })

  it('is alone where the project is not known', () => {
    expect(fieldsWith({ traceparent })).toMatchObject({ 'logging.googleapis.com/trace': TRACE })
  })

  it.each([`${TRACE}`, `${TRACE}/123;o=1`, `${TRACE}/`])('is that of X-Cloud-Trace-Context: %s', context => {
    expect(fieldsWith({ 'x-cloud-trace-context': context }, 'p')).toEqual({
      'logging.googleapis.com/trace': `projects/p/traces/${TRACE}`,
    })
  })

  it('is rather that of traceparent', () => {
    const other = TRACE.replaceAll('0', '1')
    expect(fieldsWith({ traceparent, 'x-cloud-trace-context': other })).toMatchObject({
      'logging.googleapis.com/trace': TRACE,
    })
  })

  it('is not overwritten by a field', () => {
    expect(fieldsWith({ traceparent }, undefined, { 'logging.googleapis.com/trace': 'x' })).toMatchObject({
      'logging.googleapis.com/trace': TRACE,
    })
  })

  it.each([
    '',
    'x',
    TRACE,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `00-../../../../${TRACE}-${SPAN}-01`,
    `x${traceparent}`,
    `\n${traceparent}`,
  ])('is not taken from traceparent %j', hostile => {
    expect(fieldsWith({ traceparent: hostile }, 'p', { a: 1 })).toEqual({ a: 1 })
  })

  it.each(['', 'x', `${TRACE}x`, `${TRACE}\n`, `x/${TRACE}`])('is not taken from X-Cloud-Trace-Context %j', hostile => {
    expect(fieldsWith({ 'x-cloud-trace-context': hostile }, 'p')).toEqual({})
  })
})
