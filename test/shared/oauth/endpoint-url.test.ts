import { describe, expect, test } from 'vitest'
import { isEndpointUrl } from '../../../shared/oauth/endpoint-url.ts'

const acceptable = [
  'https://accounts.google.com/o/oauth2/v2/auth',
  'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  'https://idp.example.com:8443/path?tenant=one',
]

const loopback = [
  'http://127.0.0.1:4000/token',
  'http://localhost:4000/token',
  'http://[::1]:4000',
  'https://localhost',
]

const never = [
  ['plain http', 'http://idp.example.com/token'],
  ['another scheme', 'file:///etc/passwd'],
  ['a data URL', 'data:application/json,{}'],
  ['no URL', 'idp.example.com'],
  ['nothing', ''],
  ['credentials', 'https://user:password@idp.example.com/'],
  ['a user name alone', 'https://user@idp.example.com/'],
  ['a fragment', 'https://idp.example.com/#token'],
  ['a private address', 'https://10.0.0.1/token'],
  ['another private address', 'https://192.168.1.1/token'],
  ['a third', 'https://172.16.0.1/'],
  ['a link-local address', 'https://169.254.169.254/computeMetadata/v1/'],
  ['an address in hexadecimal', 'https://0xa9fea9fe/'],
  ['an address as one number', 'https://2852039166/'],
  ['an address in octal', 'https://0251.0376.0251.0376/'],
  ['an address with a dot behind', 'https://169.254.169.254./'],
  ['a public address in numbers', 'https://8.8.8.8/'],
  ['an IPv6 address', 'https://[2001:db8::1]/'],
  ['an IPv4 address in IPv6', 'https://[::ffff:169.254.169.254]/'],
  ['an address in full-width digits', 'https://１０.0.0.1/'],
  ['the metadata server', 'https://metadata.google.internal/computeMetadata/v1/'],
  ['the metadata server, with a dot behind', 'https://metadata.google.internal./'],
  ['a name without a dot', 'https://metadata/'],
  ['a name of the local network', 'https://printer.local/'],
  ['a name below localhost', 'https://idp.localhost/'],
] as const

describe("a provider's URL", () => {
  test.each(acceptable)('%s is called', url => {
    expect(isEndpointUrl(url, false)).toBe(true)
    expect(isEndpointUrl(url, true)).toBe(true)
  })

  test.each(never)('with %s is not called, not even in emulation', (_, url) => {
    expect(isEndpointUrl(url, false)).toBe(false)
    expect(isEndpointUrl(url, true)).toBe(false)
  })

  test.each(loopback)('%s is called in emulation alone', url => {
    expect(isEndpointUrl(url, true)).toBe(true)
    expect(isEndpointUrl(url, false)).toBe(false)
  })
})
