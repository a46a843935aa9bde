import { hash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeCertificate } from '../../../shared/verification/certificate-field.ts'
import { verifyPath } from '../../../shared/verification/certificate-path.ts'
import { parseCertificate } from '../../../shared/verification/leaf-certificate.ts'
import { peerCertificate } from '../../../shared/verification/peer-certificate.ts'
import { callWith, NOW, policyWith, refusalOf } from './call.ts'
import { field, peerHeaders, peerPolicy } from './certificates.ts'

/** C2SP/x509-limbo, limbo.json, where a folder of corpora is at hand. */
const corpora = process.env.TF_CORPORA

type Limbo = {
  readonly testcases: readonly {
    readonly trusted_certs: readonly string[]
    readonly untrusted_intermediates: readonly string[]
    readonly peer_certificate: string
    readonly validation_time: string | null
  }[]
}

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')

describe.skipIf(corpora === undefined)('x509-limbo’s certificates', () => {
  const text =
    corpora === undefined ? '{"testcases":[]}' : readFileSync(`${corpora}/x509-limbo_2023-12-02.json`, 'utf8')
  const { testcases }: Limbo = JSON.parse(text)
  const all = [
    ...new Set(
      testcases.flatMap(({ trusted_certs, untrusted_intermediates, peer_certificate }) => [
        ...trusted_certs,
        ...untrusted_intermediates,
        peer_certificate,
      ]),
    ),
  ].map(derOf)

  it('are all there', () => {
    expect([testcases.length, all.length]).toEqual([135, 325])
  })

  it('are decoded from their header, and parsed or refused as data', () => {
    for (const der of all) {
      expect(decodeCertificate(field(der))).toEqual({ ok: true, value: der })
      expect(parseCertificate(der)).toMatchObject({ ok: expect.any(Boolean) })
    }
  })

  it('are none of them Dialogflow’s: each is refused, as data, as the leaf of a call', async () => {
    for (const der of all) {
      const headers = {
        ...peerHeaders({ certificate: new X509Certificate(der), chain: [] }),
        'X-Client-Cert-Leaf': field(der),
        'X-Client-Cert-Hash': hash('sha256', der, 'base64'),
      }
      const call = callWith(headers)
      const outcome = await peerCertificate(call, policyWith({ peer: peerPolicy([]) }))
      expect(refusalOf(outcome, call).code).toMatch(/^peer_/)
    }
  })

  it('are followed up to an anchor, or refused as data, whoever is trusted', () => {
    for (const { trusted_certs, untrusted_intermediates, peer_certificate, validation_time } of testcases) {
      const [leaf, ...chain] = [peer_certificate, ...untrusted_intermediates].flatMap(pem => {
        const parsed = parseCertificate(derOf(pem))
        return parsed.ok ? [parsed.value] : []
      })
      if (leaf === undefined) continue
      const anchors = trusted_certs.map(pem => new X509Certificate(pem))
      const path = verifyPath(leaf, chain, anchors, validation_time === null ? NOW : Date.parse(validation_time))
      expect(path).toMatchObject(path.ok ? { value: expect.any(Number) } : { error: { reason: expect.any(String) } })
    }
  })
})
