import { describe, expect, it } from 'vitest'
import { issue } from '../../../infra/local/certificates/certificate.ts'
import {
  attributeValues,
  describeMatcher,
  matchesName,
  type NameMatcher,
} from '../../../shared/verification/distinguished-name.ts'
import { inHex } from './certificates.ts'

/** How `crypto.X509Certificate` prints the name that a certificate has. */
const printed = async (subject: string): Promise<string> => (await issue({ subject })).certificate.subject

const google: NameMatcher = { attribute: 'CN', equals: ['Google LLC'] }
const sslcom: NameMatcher = { attribute: 'CN', startsWith: 'SSL.com Client Certificate Intermediate CA ' }

describe('the values of an attribute', () => {
  it.each([
    ['one of several attributes', 'C=US, O=Google LLC, CN=Google LLC', ['Google LLC']],
    ['none', 'C=US, O=Google LLC', []],
    ['several', 'CN=a, O=x, CN=b', ['a', 'b']],
    ['one of a multi-valued name', 'O=x+CN=a', ['a']],
    ['a comma', 'CN="Example, Inc."', ['Example, Inc.']],
    ['quotes and a backslash', 'CN=a\\"b\\\\c', ['a"b\\c']],
    ['an asterisk', 'CN=*.dialogflow.com', ['*.dialogflow.com']],
    ['an equals sign', 'CN=a=b', ['a=b']],
    ['letters beyond ASCII', 'CN=Ä=ö', ['Ä=ö']],
    ['a blank at the ends', 'CN=" a "', [' a ']],
    ['a plus', 'CN=a \\+ CN=b', ['a + CN=b']],
    // A control character stays as it is printed, so that nothing can be confused with it.
    ['a line break', `CN=${inHex('a\nCN=b')}`, ['a\\0ACN=b']],
    ['another type of string', 'CN=#1E0400610062', ['ab']],
  ])('are read with %s', async (_, subject, values) => {
    expect(attributeValues(await printed(subject), 'CN')).toEqual(values)
  })

  it('are not those of an attribute whose name ends alike', () => {
    expect(attributeValues('XCN=a\ncn=b\nCN2=c', 'CN')).toEqual([])
  })
})

describe('a name', () => {
  it.each([
    ['CN=Google LLC', google],
    ['C=US, ST=California, L=Mountain View, O=Google LLC, CN=Google LLC', google],
    ['O=SSL Corp, CN=SSL.com Client Certificate Intermediate CA RSA R2', sslcom],
    ['O=SSL Corp, CN=SSL.com Client Certificate Intermediate CA ECC R3', sslcom],
    ['CN="Example, Inc."', { attribute: 'CN', equals: ['another', 'Example, Inc.'] }],
  ] as const)('matches: %s', async (subject, matcher) => {
    expect(matchesName(await printed(subject), matcher)).toBe(true)
  })

  it.each([
    ['another name', 'CN=Example Corporation', google],
    ['no such attribute', 'O=Google LLC', google],
    ['small letters', 'CN=google llc', google],
    ['a blank before', 'CN=\\ Google LLC', google],
    ['a blank after', 'CN=Google LLC\\ ', google],
    ['more after', 'CN=Google LLC Evil', google],
    ['more before', 'CN=Not Google LLC', google],
    ['a Cyrillic о', 'CN=G\u043eogle LLC', google],
    ['a full-width G', 'CN=\uff27oogle LLC', google],
    ['an invisible character', 'CN=Google\u200b LLC', google],
    ['a no-break space', 'CN=Google\u00a0LLC', google],
    ['the attribute twice, right and right', 'CN=Google LLC, CN=Google LLC', google],
    ['the attribute twice, right and wrong', 'CN=Google LLC, CN=evil', google],
    ['the attribute twice, wrong and right', 'CN=evil, CN=Google LLC', google],
    ['a second one behind a plus', 'CN=Google LLC, O=x+CN=evil', google],
    ['the right value in another attribute', 'O=Google LLC, CN=evil', google],
    ['a value that looks like an attribute', 'O=CN\\=Google LLC, CN=evil', google],
    ['a line break before the right value', `CN=${inHex('x\nCN=Google LLC')}`, google],
    ['a NUL after the right value', `CN=${inHex('Google LLC\0')}`, google],
    ['another issuer of the same house', 'CN=SSL.com TLS Issuing Intermediate CA RSA R1', sslcom],
    ['nothing after the prefix but for a letter case', 'CN=SSL.COM Client Certificate Intermediate CA RSA R2', sslcom],
  ] as const)('does not match: %s', async (_, subject, matcher) => {
    expect(matchesName(await printed(subject), matcher)).toBe(false)
  })
})

it('a matcher is described for the operator', () => {
  expect(describeMatcher({ attribute: 'O', equals: ['a', 'b'] })).toEqual(['O=a', 'O=b'])
  expect(describeMatcher(sslcom)).toEqual(['CN=SSL.com Client Certificate Intermediate CA …'])
})
