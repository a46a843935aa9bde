import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { notificationKey, notificationSchema } from '../../../shared/identity/notification.ts'

const complete = { user: { service: 'google', subject: '104' }, text: 'Hello', dedupe: 'order-7' }
const parse = (changes: object) => z.safeParse(notificationSchema, { ...complete, ...changes })

describe('a notification', () => {
  test.each([
    ['no link', {}],
    ['a link', { link: 'https://shop.example/orders/7?a=1#top' }],
    ['a user name', { user: { username: 'ada@example.com' } }],
    ['4000 characters', { text: 'x'.repeat(4000) }],
    ['a key of 200', { dedupe: 'x'.repeat(200) }],
  ])('may have %s', (_, changes) => {
    expect(parse(changes).data).toEqual({ ...complete, ...changes })
  })

  test.each([
    ['no user', { user: undefined }],
    ['both names', { user: { service: 'google', subject: '104', username: 'ada' } }],
    ['half a name', { user: { service: 'google' } }],
    ['an empty name', { user: { username: '' } }],
    ['a name that is a number', { user: { username: 7 } }],
    ['no text', { text: undefined }],
    ['an empty text', { text: '' }],
    ['a text of white space', { text: ' \n\t' }],
    ['4001 characters', { text: 'x'.repeat(4001) }],
    ['half a character', { text: 'x\ud83d' }],
    ['no key', { dedupe: undefined }],
    ['a key of 201', { dedupe: 'x'.repeat(201) }],
    ['an http link', { link: 'http://shop.example/' }],
    ['a script', { link: 'javascript:alert(1)' }],
    ['a link with a password', { link: 'https://shop.example@evil.example/' }],
    ['a link without a host', { link: 'https://' }],
    ['a link of 2001 characters', { link: `https://shop.example/${'x'.repeat(1980)}` }],
    ['a link that grows beyond it', { link: `https://shop.example/${'ü'.repeat(500)}` }],
    ['something more', { priority: 'high' }],
  ])('may not have %s', (_, changes) => {
    expect(parse(changes).success).toBe(false)
  })

  test('has its link written so that nothing in it can end it', () => {
    expect(parse({ link: 'https://shop.example/<a b>\n?q="ü"' }).data?.link).toBe(
      'https://shop.example/%3Ca%20b%3E?q=%22%C3%BC%22',
    )
  })

  test('to a user name is the same however the name is written, as its user is', () => {
    const [one, other] = ['ada@shop.example', ' Ada@Shop.example'].map(username =>
      notificationKey({ ...complete, user: { username } }),
    )
    expect(one).toBe(other)
  })

  test('is another one with another key or user, however the parts are cut', () => {
    const keys = [
      complete,
      { ...complete, dedupe: 'order-8' },
      { ...complete, user: { service: 'google', subject: '105' } },
      { ...complete, user: { service: 'google1', subject: '04' } },
      { ...complete, user: { username: 'google' }, dedupe: '104' },
    ].map(notificationKey)
    expect(new Set(keys).size).toBe(keys.length)
    expect(notificationKey({ ...complete, text: 'Another text' })).toBe(keys[0])
  })
})
