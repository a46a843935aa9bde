import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestedAuthorities, sentCertificates } from '../../../infra/doctor/certificate-messages.ts'
import { handshakeMessages } from '../../../infra/doctor/handshake-messages.ts'
import { nameText, selfSignedIdentity } from '../../../infra/doctor/self-signed-certificate.ts'

const record = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, 3, 3, content.length >> 8, content.length & 0xff]), content])

const message = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type, 0, 0, body.length]), body])

describe('the messages of a handshake', () => {
  const hello = message(2, Buffer.from('hello'))
  const done = message(14, Buffer.alloc(0))

  test('may share a record, and span several', () => {
    const both = Buffer.concat([hello, done])
    const expected = [
      { type: 2, body: Buffer.from('hello') },
      { type: 14, body: Buffer.alloc(0) },
    ]
    expect(handshakeMessages(record(22, both), undefined)).toEqual(expected)
    const pieces = Buffer.concat([record(22, both.subarray(0, 6)), record(22, both.subarray(6))])
    expect(handshakeMessages(pieces, undefined)).toEqual(expected)
  })

  test('end where encryption begins', () => {
    const received = Buffer.concat([record(22, hello), record(20, Buffer.from([1])), record(22, done)])
    expect(handshakeMessages(received, undefined)).toHaveLength(1)
  })

  test('are those that came whole', () => {
    const received = record(22, Buffer.concat([hello, done]))
    expect(handshakeMessages(received.subarray(0, -2), undefined)).toEqual([])
    expect(handshakeMessages(record(22, Buffer.concat([hello, done]).subarray(0, -1)), undefined)).toHaveLength(1)
  })

  test('never make it fail, whatever a server sends', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map(Buffer.from)
    const records = fc
      .array(fc.tuple(fc.constantFrom(20, 21, 22, 23), bytes).map(([type, content]) => record(type, content)))
      .map(list => Buffer.concat(list))
    fc.assert(
      fc.property(
        fc.oneof(bytes, records),
        fc.option(fc.constant(Buffer.alloc(32)), { nil: undefined }),
        (sent, secret) => {
          handshakeMessages(sent, secret)
        },
      ),
    )
  })
})

describe('a message that is cut short', () => {
  test.each([true, false])('is refused (TLS 1.3: %s)', isTls13 => {
    const cut = Buffer.from([0, 0, 9, 0, 0, 5, 1])
    expect(() => sentCertificates([{ type: 11, body: cut }], isTls13)).toThrow(RangeError)
    expect(() => requestedAuthorities([{ type: 13, body: Buffer.from([9]) }], isTls13)).toThrow(RangeError)
  })
})

test('a self-signed certificate is for clients, has the name of Dialogflow’s and is valid now', () => {
  const certificate = new X509Certificate(selfSignedIdentity(Date.now()).cert)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate).toMatchObject({
    subject: 'CN=Google LLC',
    issuer: 'CN=Google LLC',
    keyUsage: ['1.3.6.1.5.5.7.3.2'],
  })
  expect(Math.abs(certificate.validToDate.getTime() - Date.now() - 86_400_000)).toBeLessThan(60_000)
})

test('a name is written as that of a certificate', () => {
  const name = Buffer.from('3012311030 0e06035504030c0741636d65204341'.replaceAll(' ', ''), 'hex')
  expect(nameText(name)).toBe('CN=Acme CA')
})
