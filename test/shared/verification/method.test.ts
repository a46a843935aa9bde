import { expect, it } from 'vitest'
import { method } from '../../../shared/verification/method.ts'
import { callWith, policyWith, refusalOf } from './call.ts'

it('accepts POST', async () => {
  expect(await method(callWith(), policyWith())).toEqual({ ok: true, value: {} })
})

it.each(['GET', 'HEAD', 'PUT', 'OPTIONS', 'post', 'POST ', ''])('refuses %j', async observed => {
  const call = callWith({}, observed)
  expect(refusalOf(await method(call, policyWith()), call)).toEqual({ code: 'method_not_allowed', observed })
})
