import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import profiles from '../../../infra/trust/profiles.json' with { type: 'json' }
import { builtInProfiles, trustProfileNames, withAnchors } from '../../../shared/verification/trust-profiles.ts'

const readPem = (file: string): string => readFileSync(new URL(`../../../infra/trust/${file}`, import.meta.url), 'utf8')
const files = Object.values(profiles).flatMap(({ anchors }) => anchors)
const root = readPem('ssl-com-root-rsa.pem')
const other = readPem('gts-root-r4.pem')

describe.each(files)('infra/trust/$file', ({ file, sha256, provenance }) => {
  const pem = readPem(file)
  const certificate = new X509Certificate(pem)

  it('is the certificate whose fingerprint is stated', () => {
    expect(certificate.fingerprint256).toBe(sha256)
  })

  it('is one certificate, in no more than the 5 kB that a trust config takes', () => {
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
    expect(Buffer.byteLength(pem)).toBeLessThanOrEqual(5000)
  })

  it('is an authority that signed itself', () => {
    expect(certificate.ca).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
  })

  it('says where it comes from', () => {
    expect(provenance).toMatch(/\S/)
  })
})

describe('the built-in profiles', () => {
  it('are those of Google’s guide', () => {
    expect(trustProfileNames).toEqual(['sslcom', 'gts-legacy'])
  })

  it('are read with their anchors and the date of their sunset', () => {
    expect(builtInProfiles(['gts-legacy', 'sslcom'], readPem)).toEqual([
      {
        name: 'sslcom',
        subject: { attribute: 'CN', equals: ['Google LLC'] },
        issuer: { attribute: 'CN', startsWith: 'SSL.com Client Certificate Intermediate CA ' },
        anchors: [expect.any(X509Certificate)],
        sunset: undefined,
      },
      {
        name: 'gts-legacy',
        subject: { attribute: 'CN', equals: ['*.dialogflow.com'] },
        issuer: { attribute: 'O', equals: ['Google Trust Services LLC', 'Google Trust Services'] },
        anchors: Array(4).fill(expect.any(X509Certificate)),
        sunset: Date.UTC(2026, 11, 1),
      },
    ])
  })

  it('are those that are asked for', () => {
    expect(builtInProfiles(['sslcom'], readPem).map(({ name }) => name)).toEqual(['sslcom'])
    expect(builtInProfiles([], readPem)).toEqual([])
  })

  it('do not load with another certificate in the place of an anchor', () => {
    expect(() => builtInProfiles(['sslcom'], () => other)).toThrow(/ssl-com-root-rsa\.pem is not the certificate/)
  })
})

describe('an authority of one’s own', () => {
  const builtIn = builtInProfiles(['sslcom', 'gts-legacy'], readPem)

  it('replaces the anchors, and nothing else, where no subjects are given', () => {
    const replaced = withAnchors(builtIn, `${root}${other}`, [])
    expect(replaced.map(({ anchors }) => anchors.length)).toEqual([2, 2])
    expect(replaced.map(({ anchors: _, ...rest }) => rest)).toEqual(builtIn.map(({ anchors: _, ...rest }) => rest))
  })

  it('has a profile of its own for the subjects that are given, whoever issued them under it', () => {
    expect(withAnchors(builtIn, root, ['Example, Inc.'])).toEqual([
      {
        name: 'private',
        subject: { attribute: 'CN', equals: ['Example, Inc.'] },
        issuer: undefined,
        anchors: [expect.any(X509Certificate)],
        sunset: undefined,
      },
    ])
  })

  it.each([
    ['nothing', ''],
    ['no certificate', 'not a certificate'],
    ['a broken certificate', root.replace('MII', 'MIX')],
    ['a key', '-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----'],
    ['a good one and a broken one', `${root}${root.replace('MII', 'MIX')}`],
  ])('is not made of %s', (_, pem) => {
    expect(() => withAnchors(builtIn, pem, [])).toThrow()
  })
})
