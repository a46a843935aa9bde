import type { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyType } from '../../../infra/local/certificates/certificate.ts'
import { validAt, verifyPath } from '../../../shared/verification/certificate-path.ts'
import { NOW } from './call.ts'
import {
  AuthorityKeyIdentifierExtension,
  authority,
  certificateAuthority,
  clientCertificate,
  craft,
  dialogflowChain,
  KeyUsageFlags,
  KeyUsagesExtension,
  SSL_COM,
} from './certificates.ts'

const DAY = 86_400_000
const ROOT = 'O=SSL Corp, CN=Root'

const { root, intermediate, leaf } = await dialogflowChain()
const foreign = await dialogflowChain()

const verify = (
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
  anchors = [root.certificate],
  now = NOW,
) => verifyPath(certificate, chain, anchors, now)

describe('a path', () => {
  it.each<KeyType>(['rsa-2048', 'p-256', 'p-384'])('of %s leads through the intermediate to the anchor', async key => {
    const top = await authority(ROOT, undefined, { key })
    const middle = await authority(SSL_COM, top, { key })
    const { certificate } = await clientCertificate(middle, { key })
    expect(verify(certificate, [middle.certificate], [top.certificate])).toMatchObject({ ok: true })
  })

  it('may mix RSA and elliptic curves', async () => {
    const middle = await authority(SSL_COM, root, { key: 'rsa-2048' })
    const { certificate } = await clientCertificate(middle, { key: 'p-384' })
    expect(verify(certificate, [middle.certificate])).toMatchObject({ ok: true })
  })

  it('may have no intermediate at all', async () => {
    const { certificate } = await clientCertificate(root)
    expect(verify(certificate, [])).toMatchObject({ ok: true })
  })

  it('may have several', async () => {
    const second = await authority('CN=Second', intermediate)
    const { certificate } = await clientCertificate(second)
    expect(verify(certificate, [second.certificate, intermediate.certificate])).toMatchObject({ ok: true })
    expect(verify(certificate, [intermediate.certificate, second.certificate])).toMatchObject({ ok: false })
  })

  it('may go on to the anchor itself, or beyond: what stands behind the anchor is not looked at', () => {
    for (const chain of [[root], [root, foreign.root], [foreign.leaf]]) {
      const behind = chain.map(({ certificate }) => certificate)
      expect(verify(leaf.certificate, [intermediate.certificate, ...behind])).toMatchObject({ ok: true })
    }
  })

  it('may end at any of several anchors', () => {
    const anchors = [foreign.root.certificate, root.certificate]
    expect(verify(leaf.certificate, [intermediate.certificate], anchors)).toMatchObject({ ok: true })
  })

  it('may end at an intermediate that is an anchor', () => {
    expect(verify(leaf.certificate, [], [intermediate.certificate])).toMatchObject({ ok: true })
  })

  it('is good until the first of its certificates ends, the anchor among them', async () => {
    const soon = new Date(NOW + DAY)
    const later = new Date(NOW + 2 * DAY)
    for (const [first, second, third] of [
      [soon, later, later],
      [later, soon, later],
      [later, later, soon],
    ]) {
      const top = await authority(ROOT, undefined, { notAfter: first ?? later })
      const middle = await authority(SSL_COM, top, { notAfter: second ?? later })
      const { certificate } = await clientCertificate(middle, { notAfter: third ?? later })
      expect(verify(certificate, [middle.certificate], [top.certificate])).toEqual({ ok: true, value: soon.getTime() })
    }
  })
})

describe('no path', () => {
  const NOT_ISSUED = 'not issued by the next certificate of the chain'
  const NO_ANCHOR = 'ends at none of the trust anchors'
  const OUTSIDE_DATES = 'outside its dates'

  const refusal = (...call: Parameters<typeof verify>) => {
    const path = verify(...call)
    return path.ok ? 'accepted' : path.error.reason
  }

  it('leads from a leaf whose intermediate is missing', () => {
    expect(refusal(leaf.certificate, [])).toBe(NO_ANCHOR)
  })

  it('leads through certificates in the wrong order', () => {
    expect(refusal(leaf.certificate, [root.certificate, intermediate.certificate])).toBe(NOT_ISSUED)
  })

  it('leads through a certificate that has nothing to do with it', () => {
    expect(refusal(leaf.certificate, [foreign.leaf.certificate, intermediate.certificate])).toBe(NOT_ISSUED)
  })

  it('leads from a leaf repeated as its own intermediate', () => {
    expect(refusal(leaf.certificate, [leaf.certificate])).toBe(NOT_ISSUED)
  })

  it('ends anywhere without an anchor', () => {
    expect(refusal(leaf.certificate, [intermediate.certificate, root.certificate], [])).toBe(NO_ANCHOR)
  })

  it('ends at a foreign root with the same names, forwarded or not', () => {
    const { certificate } = foreign.leaf
    expect(refusal(certificate, [foreign.intermediate.certificate])).toBe(NO_ANCHOR)
    expect(refusal(certificate, [foreign.intermediate.certificate, foreign.root.certificate])).toBe(NO_ANCHOR)
    expect(refusal(certificate, [foreign.intermediate.certificate, root.certificate])).toBe(NOT_ISSUED)
    expect(refusal(certificate, [intermediate.certificate])).toBe(NOT_ISSUED)
  })

  it('ends at a leaf that signed itself', async () => {
    const { certificate } = await authority('CN=Google LLC')
    expect(refusal(certificate, [])).toBe(NO_ANCHOR)
    expect(refusal(certificate, [certificate])).toBe(NO_ANCHOR)
  })

  it('leads through an intermediate outside its dates', async () => {
    for (const dates of [{ notAfter: new Date(NOW - 1000) }, { notBefore: new Date(NOW + 1000) }]) {
      const middle = await authority(SSL_COM, root, dates)
      const { certificate } = await clientCertificate(middle)
      expect(refusal(certificate, [middle.certificate])).toBe(OUTSIDE_DATES)
    }
  })

  it('ends at an anchor outside its dates, forwarded or not', async () => {
    const top = await authority(ROOT, undefined, { notAfter: new Date(NOW - 1000) })
    const middle = await authority(SSL_COM, top)
    const { certificate } = await clientCertificate(middle)
    expect(refusal(certificate, [middle.certificate], [top.certificate])).toBe(NO_ANCHOR)
    expect(refusal(certificate, [middle.certificate, top.certificate], [top.certificate])).toBe(OUTSIDE_DATES)
  })

  it('leads through an intermediate that is no authority, as any leaf of a public authority could be', async () => {
    const middle = await clientCertificate(root, { subject: SSL_COM })
    const { certificate } = await clientCertificate(middle)
    expect(refusal(certificate, [middle.certificate])).toBe(NOT_ISSUED)
  })

  // Each of these is caught by one rule alone.

  it('leads through an intermediate that may sign but is no authority (RFC 5280 §4.2.1.9)', async () => {
    const signs = new KeyUsagesExtension(KeyUsageFlags.keyCertSign)
    const middle = await craft({ subject: SSL_COM, issuer: root, keys: intermediate.signer.keys, extensions: [signs] })
    const own = await craft({ subject: 'CN=x', issuer: intermediate, keys: leaf.signer.keys, extensions: [] })
    expect(refusal(own, [middle])).toBe(NOT_ISSUED)
    const alike = { subject: SSL_COM, issuer: root, keys: intermediate.signer.keys }
    expect(refusal(own, [await craft({ ...alike, extensions: [signs, certificateAuthority] })])).toBe('accepted')
  })

  it('leads through an intermediate with the right key under another name', async () => {
    const keys = intermediate.signer.keys
    const middle = await craft({ subject: 'CN=x', issuer: root, keys, extensions: [certificateAuthority] })
    const own = await craft({ subject: 'CN=x', issuer: intermediate, keys: leaf.signer.keys, extensions: [] })
    expect(refusal(own, [middle])).toBe(NOT_ISSUED)
  })

  it('leads through an intermediate with the right name that did not sign', async () => {
    const own = await craft({ subject: 'CN=x', issuer: foreign.intermediate, keys: leaf.signer.keys, extensions: [] })
    expect(refusal(own, [intermediate.certificate])).toBe(NOT_ISSUED)
  })

  it('leads to an anchor that did not sign, whatever the certificate says of its issuer', async () => {
    const identifier = await AuthorityKeyIdentifierExtension.create(root.signer.keys.publicKey)
    const own = await craft({ subject: 'CN=x', issuer: foreign.root, keys: leaf.signer.keys, extensions: [identifier] })
    expect(refusal(own, [])).toBe(NO_ANCHOR)
  })
})

describe('a certificate is within its dates', () => {
  const from = leaf.certificate.validFromDate.getTime()
  const to = leaf.certificate.validToDate.getTime()
  it.each([
    ['a millisecond before the first moment', from - 1, false],
    ['at the first moment', from, true],
    ['at the last moment', to, true],
    ['a millisecond after the last moment', to + 1, false],
    ['at no moment', Number.NaN, false],
  ])('%s: %j', (_, moment, valid) => {
    expect(validAt(leaf.certificate, moment)).toBe(valid)
  })
})
