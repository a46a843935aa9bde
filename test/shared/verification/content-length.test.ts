import { expect, it } from 'vitest'
import { contentLength } from '../../../shared/verification/content-length.ts'
import { callWith, policyWith, refusalOf } from './call.ts'

const policy = policyWith({ maxBodyBytes: 1000 })

it.each(['0', '1', '1000', undefined])('lets %s bytes of 1000 pass', async length => {
  expect(await contentLength(callWith({ 'Content-Length': length }), policy)).toEqual({ ok: true, value: {} })
})

it.each(['1001', '1e9', '99999999999999999999999', 'Infinity'])('refuses %s bytes of 1000', async length => {
  const call = callWith({ 'Content-Length': length })
  expect(refusalOf(await contentLength(call, policy), call)).toEqual({ code: 'body_too_large', limit: 1000 })
})
