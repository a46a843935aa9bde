import { describe, expect, it } from 'vitest'
import { extendedKeyUsages, type Issued, type KeyType } from '../../../infra/local/certificates/certificate.ts'
import { parseCertificate, verifyLeaf } from '../../../shared/verification/leaf-certificate.ts'
import type { TrustProfile } from '../../../shared/verification/trust-profile.ts'
import { headersWith, NOW, refusalOf } from './call.ts'
import {
  authority,
  clientCertificate,
  DIALOGFLOW,
  dialogflowChain,
  field,
  inHex,
  SSL_COM,
  sslcom,
} from './certificates.ts'

const DAY = 86_400_000
const { clientAuth, serverAuth } = extendedKeyUsages

const { root, intermediate, leaf } = await dialogflowChain()
const legacyRoot = await authority('O=Google Trust Services LLC, CN=GTS Root R1')
const legacyIntermediate = await authority('C=US, O=Google Trust Services, CN=WE2', legacyRoot)

const legacy: TrustProfile = {
  name: 'gts-legacy',
  subject: { attribute: 'CN', equals: ['*.dialogflow.com'] },
  issuer: { attribute: 'O', equals: ['Google Trust Services LLC', 'Google Trust Services'] },
  anchors: [legacyRoot.certificate],
  sunset: Date.parse('2026-12-01T00:00:00Z'),
}
const profiles = [sslcom(root.certificate), legacy]

const verify = ({ certificate, chain }: Pick<Issued, 'certificate' | 'chain'>, now = NOW, trusted = profiles) =>
  verifyLeaf({ leaf: certificate, chain }, trusted, now)

const refusal = (issued: Issued, now = NOW, trusted = profiles) => {
  const headers = headersWith({ 'X-Client-Cert-Leaf': field(issued.certificate.raw) })
  return refusalOf(verify(issued, now, trusted), { headers })
}

describe('a leaf', () => {
  it.each<KeyType>(['rsa-2048', 'p-256', 'p-384'])('with a key of %s is accepted and described', async key => {
    const certificate = await clientCertificate(intermediate, { key })
    expect(verify(certificate)).toEqual({
      ok: true,
      value: {
        profile: 'sslcom',
        commonName: 'Google LLC',
        issuer: 'C=US, O=SSL Corp, CN=SSL.com Client Certificate Intermediate CA RSA R2',
        notAfter: certificate.certificate.validToDate.getTime(),
        validUntil: certificate.certificate.validToDate.getTime(),
        sunset: undefined,
      },
    })
  })

  it('of the legacy profile is accepted with the date of its sunset, and after it', async () => {
    const certificate = await clientCertificate(legacyIntermediate, { subject: 'CN=*.dialogflow.com' })
    for (const now of [NOW, NOW + 20 * DAY]) {
      expect(verify(certificate, now)).toMatchObject({
        ok: true,
        value: { profile: 'gts-legacy', sunset: Date.parse('2026-12-01T00:00:00Z') },
      })
    }
  })

  it('is good for no longer than its intermediate', async () => {
    const shortLived = await authority(SSL_COM, root, { notAfter: new Date(NOW + DAY) })
    expect(verify(await clientCertificate(shortLived))).toMatchObject({
      ok: true,
      value: { notAfter: NOW + 60 * DAY, validUntil: NOW + DAY },
    })
  })

  it('may be meant for servers too', async () => {
    expect(verify(await clientCertificate(intermediate, { extendedKeyUsage: [serverAuth, clientAuth] })).ok).toBe(true)
  })

  it('may have any issuer where the authority is private', async () => {
    const own = await authority('CN=Anybody', root)
    const trusted = [{ ...sslcom(root.certificate), issuer: undefined }]
    expect(verify(await clientCertificate(own), NOW, trusted).ok).toBe(true)
  })
})

describe('the dates of a leaf', () => {
  const from = leaf.certificate.validFromDate
  const to = leaf.certificate.validToDate

  it('include both ends', () => {
    expect(verify(leaf, from.getTime()).ok).toBe(true)
    expect(verify(leaf, to.getTime()).ok).toBe(true)
  })

  it('exclude the millisecond before', () => {
    expect(refusal(leaf, from.getTime() - 1)).toEqual({
      code: 'peer_not_yet_valid',
      notBefore: from.toISOString(),
      now: new Date(from.getTime() - 1).toISOString(),
    })
  })

  it('exclude the millisecond after', () => {
    expect(refusal(leaf, to.getTime() + 1)).toEqual({
      code: 'peer_expired',
      notAfter: to.toISOString(),
      now: new Date(to.getTime() + 1).toISOString(),
    })
  })
})

describe('the purpose of a leaf', () => {
  it.each([
    ['no purpose', []],
    ['the purpose of a server', [serverAuth]],
    ['any purpose (RFC 5280 anyExtendedKeyUsage)', ['2.5.29.37.0']],
    ['a purpose that begins alike', [`${clientAuth}.1`, '1.3.6.1.5.5.7.3.20']],
  ])('is refused with %s', async (_, extendedKeyUsage) => {
    const certificate = await clientCertificate(intermediate, { extendedKeyUsage })
    expect(refusal(certificate)).toEqual({ code: 'peer_purpose', observed: extendedKeyUsage, expected: clientAuth })
  })

  it('is refused when it is an authority', async () => {
    const certificate = await clientCertificate(intermediate, { authority: true })
    expect(refusal(certificate)).toMatchObject({
      code: 'peer_purpose',
      observed: ['certificate authority', clientAuth],
    })
  })
})

describe('the subject of a leaf', () => {
  it.each([
    ['another organisation of the same authority', 'C=US, O=Example Corporation, CN=Example Corporation'],
    ['no common name', 'C=US, O=Google LLC'],
    ['the wrong case', 'CN=google llc'],
    ['the common name twice', 'CN=Google LLC, CN=Google LLC'],
    ['the legacy name from the other authority', 'CN=a.dialogflow.com'],
    ['a Cyrillic о', 'CN=G\u043eogle LLC'],
    ['a line break that would feign an attribute', `CN=${inHex('x\nCN=Google LLC')}`],
  ])('is refused: %s', async (_, subject) => {
    const certificate = await clientCertificate(intermediate, { subject })
    expect(refusal(certificate)).toMatchObject({
      code: 'peer_subject',
      expected: ['CN=Google LLC', 'CN=*.dialogflow.com'],
    })
  })

  it('is shown in one line of bounded length', async () => {
    const subject = `O=a, CN=${inHex('\n'.repeat(100))}`
    const rejection = refusal(await clientCertificate(intermediate, { subject }))
    expect(rejection).toMatchObject({ observed: expect.stringMatching(/^O=a, CN=[\\0A]+…$/) })
    expect(JSON.stringify(rejection).length).toBeLessThan(600)
  })
})

describe('the issuer of a leaf', () => {
  it.each([
    ['another intermediate of the same root', 'C=US, O=SSL Corp, CN=SSL.com TLS Issuing Intermediate CA RSA R1'],
    ['the name of the other profile', 'C=US, O=Google Trust Services, CN=WE2'],
  ])('is refused: %s', async (_, name) => {
    const other = await authority(name, root)
    expect(refusal(await clientCertificate(other))).toEqual({
      code: 'peer_issuer',
      observed: expect.stringContaining('CN='),
      expected: ['CN=SSL.com Client Certificate Intermediate CA …'],
    })
  })

  it('has to be that of the profile that the subject belongs to', async () => {
    const crossed = await clientCertificate(legacyIntermediate, { subject: DIALOGFLOW })
    expect(refusal(crossed).code).toBe('peer_issuer')
  })
})

describe('the path of a leaf', () => {
  it('ends at an anchor of the same profile, not of another', async () => {
    const borrowed = await authority('C=US, O=Google Trust Services, CN=WE2', root)
    const certificate = await clientCertificate(borrowed, { subject: 'CN=*.dialogflow.com' })
    expect(refusal(certificate)).toMatchObject({ code: 'peer_path', reason: 'ends at none of the trust anchors' })
  })

  it('is refused from a foreign root with the same names', async () => {
    const foreign = await dialogflowChain()
    expect(refusal(foreign.leaf)).toEqual({
      code: 'peer_path',
      reason: 'ends at none of the trust anchors',
      at: 'C=US, O=SSL Corp, CN=SSL.com Client Certificate Intermediate CA RSA R2',
    })
  })

  it('may end in any of two profiles with the same names', () => {
    const trusted = [sslcom(legacyRoot.certificate), sslcom(root.certificate)]
    expect(verify(leaf, NOW, trusted).ok).toBe(true)
  })

  it('is refused without a profile', () => {
    expect(refusal(leaf, NOW, [])).toMatchObject({ code: 'peer_subject', expected: [] })
  })
})

describe('parsing a certificate', () => {
  const der = leaf.certificate.raw

  it('takes one DER certificate', () => {
    expect(parseCertificate(der)).toMatchObject({ ok: true })
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['garbage', Buffer.from('garbage')],
    ['PEM', Buffer.from(leaf.certificate.toString())],
    ['half a certificate', der.subarray(0, der.length / 2)],
    ['a certificate and a byte', Buffer.concat([der, Buffer.alloc(1)])],
    ['a certificate after a byte', Buffer.concat([Buffer.alloc(1), der])],
    ['two certificates', Buffer.concat([der, der])],
    ['PEM after DER', Buffer.concat([der, Buffer.from(leaf.certificate.toString())])],
    ['a length of 4 GB', Buffer.from('3084ffffffff30', 'hex')],
    ['nesting without end', Buffer.alloc(16_000, '3080', 'hex')],
  ])('refuses %s', (_, bytes) => {
    expect(parseCertificate(bytes)).toMatchObject({ ok: false, error: expect.stringMatching(/certificate/) })
  })

  it('refuses one that names nobody, which Node gives as no name at all', async () => {
    const nobody = await clientCertificate(intermediate, { subject: '' })
    expect(parseCertificate(nobody.certificate.raw)).toMatchObject({ ok: false })
    const byNobody = await clientCertificate(await authority(''))
    expect(parseCertificate(byNobody.certificate.raw)).toMatchObject({ ok: false })
  })

  it('refuses one whose dates are none', () => {
    const broken = Buffer.from(der)
    broken.write('269916', der.indexOf('261016120000Z'), 'latin1')
    expect(parseCertificate(broken)).toMatchObject({ ok: false })
  })
})

describe('a certificate with any one byte changed', () => {
  const changed = function* (der: Buffer) {
    for (let at = 0; at < der.length; at += 1) {
      const copy = Buffer.from(der)
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at)
      yield copy
    }
  }

  it.each([
    ['leaf', leaf],
    ['intermediate', intermediate],
  ])('is refused, as data, when it is the %s', (which, { certificate }) => {
    for (const der of changed(certificate.raw)) {
      const parsed = parseCertificate(der)
      if (!parsed.ok) continue
      const path =
        which === 'leaf'
          ? verify({ certificate: parsed.value, chain: leaf.chain })
          : verify({ certificate: leaf.certificate, chain: [parsed.value] })
      expect(path).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^peer_/) } })
    }
  })
})
