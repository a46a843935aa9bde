import { describe, expect, test } from 'vitest'
import { readBindingCookie, writeBindingCookie } from '../../../shared/oauth/binding-cookie.ts'
import { randomValue } from '../../../shared/oauth/one-time.ts'

const value = randomValue(256)

describe('the cookie that binds a sign-in to a browser', () => {
  test('is for this host alone, over TLS alone, and out of reach of scripts', () => {
    const [pair, ...attributes] = writeBindingCookie(value).split('; ')
    expect(pair).toBe(`__Host-sign-in=${value}`)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=900', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  test.each([
    `__Host-sign-in=${value}`,
    `theme=dark; __Host-sign-in=${value}; language=fr`,
    `theme=dark;__Host-sign-in=${value}`,
  ])('is found in %j', header => {
    expect(readBindingCookie(header)).toBe(value)
  })

  test.each([
    ['no header', undefined],
    ['other cookies', 'theme=dark'],
    ['a cookie of another name', `sign-in=${value}`],
    ['a name that ends like it', `x__Host-sign-in=${value}`],
    ['two of them', `__Host-sign-in=${value}; __Host-sign-in=${randomValue(256)}`],
    ['a short value', '__Host-sign-in=abc'],
    ['a value we do not make', `__Host-sign-in=${'%'.repeat(43)}`],
    ['an empty value', '__Host-sign-in='],
  ])('is not found in %s', (_, header) => {
    expect(readBindingCookie(header)).toBeUndefined()
  })
})
