import { describe, expect, it, vi } from 'vitest'
import { ok } from '../../../shared/runtime/result.ts'
import { checks, verify } from '../../../shared/verification/verify.ts'
import { type Changes, callWith, policyWith, refusalOf, SERVICE_AGENT } from './call.ts'
import { dialogflowChain, peerHeaders, peerPolicy } from './certificates.ts'
import { tokenPolicy, tokenWith } from './tokens.ts'

const { root, leaf } = await dialogflowChain()
const genuineHeaders = { ...peerHeaders(leaf), Authorization: `Bearer ${tokenWith()}` }

const genuineCall = (changes: Changes = {}, method?: string) => callWith({ ...genuineHeaders, ...changes }, method)
const genuinePolicy = () => policyWith({ peer: peerPolicy([root.certificate]), token: tokenPolicy() })

describe('verify', () => {
  it('accepts a genuine call and says what it has proved', async () => {
    const verified = await verify(genuineCall(), genuinePolicy())
    expect(verified).toMatchObject({
      ok: true,
      value: {
        genuine: true,
        proofs: {
          attestation: 'matched',
          peerCertificate: { profile: 'sslcom', commonName: 'Google LLC' },
          serviceAgent: { email: SERVICE_AGENT },
        },
      },
    })
  })

  it('accepts it again, from memory, with the same proofs', async () => {
    const policy = genuinePolicy()
    expect(await verify(genuineCall(), policy)).toEqual(await verify(genuineCall(), policy))
  })

  it.each<readonly [string, Changes | undefined, string]>([
    ['method', undefined, 'method_not_allowed'],
    ['content type', { 'Content-Type': 'text/plain' }, 'content_type_unsupported'],
    ['content length', { 'Content-Length': '99999999' }, 'body_too_large'],
    ['look-alikes', { X_Lb_Attestation: 'x' }, 'header_lookalike'],
    ['attestation', { 'X-Lb-Attestation': 'forged value, long enough' }, 'attestation_mismatch'],
    ['peer certificate', { 'X-Client-Cert-Present': 'false' }, 'peer_absent'],
    ['identity token', { Authorization: undefined }, 'token_missing'],
  ])('asks for the %s', async (_, changes, code) => {
    const call = genuineCall(changes, changes === undefined ? 'GET' : 'POST')
    expect(refusalOf(await verify(call, genuinePolicy()), call).code).toBe(code)
  })

  it('asks for each of them even when everything else has been seen before', async () => {
    const policy = genuinePolicy()
    await verify(genuineCall(), policy)
    for (const changes of [{ 'X-Lb-Attestation': undefined }, { 'X-Client-Cert-Present': '' }, { Authorization: '' }]) {
      const call = genuineCall(changes)
      refusalOf(await verify(call, policy), call)
    }
  })

  it('asks what costs least first, and for the token last: nothing is fetched for a call that is not ours', () => {
    expect(checks.map(({ name }) => name)).toEqual([
      'method',
      'contentType',
      'contentLength',
      'headerLookalikes',
      'attestation',
      'peerCertificate',
      'identityToken',
    ])
  })

  it.each(['attestation', 'peerCertificate', 'identityToken'])('fails closed when %s proves nothing', async name => {
    const file = `../../../shared/verification/${name.replace(/[A-Z]/, letter => `-${letter.toLowerCase()}`)}.ts`
    vi.resetModules()
    vi.doMock(file, async original => ({ ...(await original<object>()), [name]: () => ok({}) }))
    const { verify: incomplete } = await import('../../../shared/verification/verify.ts')
    vi.doUnmock(file)
    expect(await incomplete(genuineCall(), genuinePolicy())).toEqual({
      ok: false,
      error: { code: 'checks_incomplete' },
    })
  })

  it('refuses a forged call whatever else is right about it', async () => {
    const call = genuineCall({
      Authorization: `Bearer ${tokenWith({ email: 'service-1@gcp-sa-dialogflow.iam.gserviceaccount.com' })}`,
    })
    expect(refusalOf(await verify(call, genuinePolicy()), call).code).toBe('token_service_agent')
  })
})
