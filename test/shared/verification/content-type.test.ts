import { describe, expect, it } from 'vitest'
import { contentType } from '../../../shared/verification/content-type.ts'
import { callWith, policyWith, refusalOf } from './call.ts'

const check = (type: string | readonly string[] | undefined, encoding?: string | readonly string[]) => {
  const call = callWith({ 'Content-Type': type, 'Content-Encoding': encoding })
  return { call, result: contentType(call, policyWith()) }
}

describe('a content type', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json;',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset=utf8',
    'application/json ; charset="utf-8"',
    'application/json;\tCharset="UTF-8";',
  ])('is JSON as %j', async type => {
    expect(await check(type).result).toEqual({ ok: true, value: {} })
  })

  it.each([
    undefined,
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/json-patch+json',
    'application/vnd.api+json',
    'application/cloudevents+json',
    'application/x-www-form-urlencoded',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/json; charset="utf-8',
    'application/json; charset=utf-8"',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; boundary=x',
    'application/json, text/plain',
    'application/json\n',
    ' application/json',
    `application/json;${' '.repeat(16_000)}x`,
  ])('is refused as %.60j', async type => {
    const { call, result } = check(type)
    expect(refusalOf(await result, call).code).toBe('content_type_unsupported')
  })

  it.each([
    ['application/json', 'application/json'],
    ['application/json', 'text/plain'],
    ['', 'application/json'],
  ])('is refused when it is there twice: %j, %j', async (...types) => {
    const { call, result } = check(types)
    expect(refusalOf(await result, call)).toEqual({ code: 'content_type_unsupported', observed: types.join(', ') })
  })

  it('is shown shortened and without control characters', async () => {
    const { call, result } = check(`x\u0007${'y'.repeat(500)}`)
    expect(refusalOf(await result, call)).toMatchObject({ observed: `x�${'y'.repeat(198)}…` })
  })
})

describe('a content encoding', () => {
  it.each(['identity', 'Identity'])('may say that there is none: %s', async encoding => {
    expect(await check('application/json', encoding).result).toEqual({ ok: true, value: {} })
  })

  it.each<string | readonly string[]>([
    'gzip',
    'GZIP',
    'br',
    'deflate',
    'zstd',
    'identity, gzip',
    '',
    ['identity', 'gzip'],
  ])('is refused as %j', async encoding => {
    const { call, result } = check('application/json', encoding)
    expect(refusalOf(await result, call)).toEqual({
      code: 'content_encoding_unsupported',
      observed: [encoding].flat().join(', '),
    })
  })
})
