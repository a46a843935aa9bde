import { describe, expect } from 'vitest'
import { examine } from '../../../infra/doctor/examine.ts'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { startBackend } from '../../infra/local/gateway/recording-backend.ts'
import { testWith } from '../infra/part.ts'
import { envoy } from './envoy.ts'
import { haproxy } from './haproxy.ts'

const ca = await developmentCa()

describe.each([envoy, haproxy])('the doctor at $name $version', proxy => {
  const look = async (clientValidationMode: 'REJECT_INVALID' | 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT') => {
    await using backend = await startBackend((_, response) => response.writeHead(401).end())
    await using gateway = await proxy.start({
      certificate: ca.server,
      trustAnchors: ca.anchors,
      upstream: backend.url,
      attestation: 'the-value-of-the-attestation',
      clientValidationMode,
    })
    const { findings } = await examine({
      url: gateway.url,
      also: [],
      expected: [{ anchors: ca.anchors.map(({ certificate }) => certificate), sunset: undefined }],
      ownRoots: [ca.serverRoot.certificate],
      identity: undefined,
      timeoutMs: 5000,
      now: Date.now(),
      onStep: () => {},
    })
    return findings.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${level}: ${check}`)
  }

  testWith(proxy)('finds nothing to change with REJECT_INVALID', async () => {
    expect(await look('REJECT_INVALID')).toEqual([])
  })

  testWith(proxy)('warns of a policy that lets every client through', async () => {
    expect(await look('ALLOW_INVALID_OR_MISSING_CLIENT_CERT')).toEqual([
      'warning: no client certificate',
      'warning: self-signed client certificate',
    ])
  })
})
