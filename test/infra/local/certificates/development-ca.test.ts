import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chainPem, type Issued, privateKeyPem } from '../../../../infra/local/certificates/certificate.ts'
import { clientCertificates } from '../../../../infra/local/certificates/client-certificates.ts'
import {
  createDevelopmentCa,
  developmentCa,
  type Profile,
} from '../../../../infra/local/certificates/development-ca.ts'
import { writePemFiles } from '../../../../infra/local/certificates/pem-files.ts'
import profiles from '../../../../infra/trust/profiles.json' with { type: 'json' }

const ca = await developmentCa()

/** Whether each certificate is signed by the next, and the last by one of the roots. */
const leadsTo = (roots: readonly Issued[], { certificate, chain }: Issued): boolean => {
  const path = [certificate, ...chain]
  const signed = (subject: X509Certificate, issuer: X509Certificate) =>
    issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
  return path.every((subject, at) => {
    const next = path[at + 1]
    return next === undefined ? roots.some(root => signed(subject, root.certificate)) : signed(subject, next)
  })
}

describe.each<[Profile, string, string]>([
  ['sslcom', 'rsa', `CN=${profiles.sslcom.issuer.startsWith}`],
  ['gts-legacy', 'ec', `O=${profiles['gts-legacy'].issuer.equals[1]}\n`],
])('a leaf of the profile %s', async (profile, keyType, issuer) => {
  const leaf = await ca.leaf(profile)

  test('has the subject and the issuer that the profile asks for', () => {
    const [commonName] = profiles[profile].subject.equals
    expect(leaf.certificate.subject.split('\n')).toContain(`CN=${commonName}`)
    expect(leaf.certificate.issuer).toContain(issuer)
  })

  test('is two steps below a root, as the real one is', () => {
    expect(leaf.chain).toHaveLength(1)
    expect(leadsTo(ca.anchors, leaf)).toBe(true)
  })

  test('is for clients, is valid now, and has the key type of the real one', () => {
    expect(leaf.certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(leaf.certificate.ca).toBe(false)
    expect(leaf.certificate.validFromDate.getTime()).toBeLessThan(Date.now())
    expect(leaf.certificate.validToDate.getTime()).toBeGreaterThan(Date.now())
    expect(leaf.certificate.publicKey.asymmetricKeyType).toBe(keyType)
  })

  test('comes with its private key', () => {
    expect(leaf.certificate.checkPrivateKey(leaf.privateKey)).toBe(true)
  })
})

describe('what a test may choose about a leaf', () => {
  test('subject, issuer, dates, purpose, key and the length of its chain', async () => {
    const leaf = await ca.leaf('gts-legacy', {
      subject: 'O=One\\, Two, CN=Somebody',
      issuer: 'CN=Some authority',
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('2021-01-01T00:00:00Z'),
      extendedKeyUsage: ['1.2.3'],
      key: 'p-384',
      intermediates: 3,
    })
    expect(leaf.certificate).toMatchObject({
      subject: 'O=One\\, Two\nCN=Somebody',
      issuer: 'CN=Some authority',
      keyUsage: ['1.2.3'],
    })
    expect(leaf.certificate.validFromDate.toISOString()).toBe('2020-01-01T00:00:00.000Z')
    expect(leaf.certificate.validToDate.toISOString()).toBe('2021-01-01T00:00:00.000Z')
    expect(leaf.certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' })
    expect(leaf.chain.map(({ subject }) => subject.split('\n').at(-1))).toEqual([
      'CN=Some authority',
      'CN=Intermediate 2',
      'CN=Intermediate 1',
    ])
    expect(leadsTo(ca.anchors, leaf)).toBe(true)
  })

  test('no intermediate at all', async () => {
    const leaf = await ca.leaf('gts-legacy', { intermediates: 0 })
    expect(leaf.chain).toEqual([])
    expect(leadsTo(ca.anchors, leaf)).toBe(true)
  })
})

describe('the bad certificates', () => {
  const genuine = clientCertificates.dialogflow(ca)

  test.each(['unknown-authority', 'impostor', 'self-signed'] as const)('%s leads to no anchor', async name => {
    expect(leadsTo(ca.anchors, await clientCertificates[name](ca))).toBe(false)
  })

  test.each(['unknown-authority', 'impostor'] as const)('%s has the names of the genuine one', async name => {
    const { certificate, chain } = await clientCertificates[name](ca)
    const { subject, issuer } = (await genuine).certificate
    expect(certificate).toMatchObject({ subject, issuer })
    expect(chain[0]?.subject).toBe(issuer)
  })

  test('an impostor shows the true issuer, its key identifier included', async () => {
    const { certificate, chain } = await clientCertificates.impostor(ca)
    const [issuer] = chain
    expect(issuer?.raw).toEqual((await genuine).chain[0]?.raw)
    expect(issuer && certificate.checkIssued(issuer)).toBe(true)
    expect(issuer && certificate.verify(issuer.publicKey)).toBe(false)
  })

  test.each(['wrong-name', 'wrong-issuer', 'expired', 'not-yet-valid', 'no-client-auth'] as const)(
    '%s is signed by the right authorities',
    async name => {
      expect(leadsTo(ca.anchors, await clientCertificates[name](ca))).toBe(true)
    },
  )
})

test('the certificates of a process are made once', async () => {
  expect(await developmentCa()).toBe(ca)
  const [one, other] = await Promise.all([ca.leaf('sslcom'), ca.leaf('sslcom')])
  expect(one.chain[0]).toBe(other.chain[0])
  expect(one.certificate.serialNumber).not.toBe(other.certificate.serialNumber)
})

test('two authorities share nothing', async () => {
  const other = await createDevelopmentCa()
  expect(leadsTo(ca.anchors, await other.leaf('gts-legacy'))).toBe(false)
})

test('the files are PEM, each certificate with its chain, and keys are for their owner alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pem-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await writePemFiles(directory, ca)
  const files = await readdir(directory)
  const names = [...Object.keys(clientCertificates), 'server']
  expect(files.toSorted()).toEqual(
    [...names.flatMap(name => [`${name}.pem`, `${name}-key.pem`]), 'server-root.pem'].toSorted(),
  )
  for (const name of names) {
    const keyPath = join(directory, `${name}-key.pem`)
    expect((await stat(keyPath)).mode & 0o777).toBe(0o600)
    const certificate = new X509Certificate(await readFile(join(directory, `${name}.pem`)))
    expect(certificate.checkPrivateKey(createPrivateKey(await readFile(keyPath)))).toBe(true)
  }
  const root = new X509Certificate(await readFile(join(directory, 'server-root.pem')))
  expect(ca.server.certificate.verify(root.publicKey)).toBe(true)
})

test('PEM of a chain is in TLS order', () => {
  expect(chainPem(ca.server)).toBe(ca.server.certificate.toString())
  expect(createPublicKey(privateKeyPem(ca.server)).equals(ca.server.certificate.publicKey)).toBe(true)
})
