import { describe, expect, it } from 'vitest'
import { headerLookalikes } from '../../../shared/verification/header-lookalikes.ts'
import { callWith, policyWith, refusalOf } from './call.ts'

describe('headerLookalikes', () => {
  it('lets a call pass that has none', async () => {
    expect(await headerLookalikes(callWith({ X_Request_Id: '1' }), policyWith())).toEqual({ ok: true, value: {} })
  })

  it.each(['X_Client_Cert_Present', 'X-Client_Cert-Leaf', 'x_lb_attestation', 'Content_Length'])(
    'refuses %s beside the genuine headers',
    async name => {
      const call = callWith({ [name]: 'true' })
      expect(refusalOf(await headerLookalikes(call, policyWith()), call)).toMatchObject({
        code: 'header_lookalike',
        observed: name,
      })
    },
  )
})
