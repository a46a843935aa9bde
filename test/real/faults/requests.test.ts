import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Surroundings } from './surroundings.ts'
import type { Instance } from './webhook-instance.ts'

const ask = { intent: 'Opening Hours' } as const
const CLOSE = 'Connection: close\r\n'

describe('a request that breaks off or is none', () => {
  let around: Surroundings
  let instance: Instance
  beforeAll(async () => {
    around = await Surroundings.make()
    instance = await around.start()
  })
  afterAll(async () => {
    await instance?.[Symbol.asyncDispose]()
    await around?.[Symbol.asyncDispose]()
  })

  /** The answer to a request, and what the operator has read once the next one is answered. */
  const exchange = async (bytes: string, said = {}) => {
    const from = instance.running.log.length
    const answer = await instance.sayRaw(bytes, { ...ask, ...said })
    await instance.say(ask)
    // The entries are gone through again for each that comes.
    const refusals = new Set<unknown>()
    await instance.running.log.find(from, entry => {
      if (entry.message === 'call refused') refusals.add(entry)
      return entry.message === 'call accepted'
    })
    return {
      status: Number(answer.split(' ')[1]),
      answers: answer.split('HTTP/1.1 ').length - 1,
      refusals: [...refusals],
    }
  }

  test('chunks that break off: one refusal, one entry, and it says that the call was cut', async () => {
    expect(await exchange(`Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nno length\r\n`)).toEqual({
      status: 400,
      answers: 1,
      refusals: [
        expect.objectContaining({
          severity: 'WARNING',
          code: 'body_incomplete',
          evidence: { reason: 'broken_off' },
          hint: expect.stringContaining('broke off'),
        }),
      ],
    })
  })

  test('a body that is compressed on the way: refused, and logged', async () => {
    expect(await exchange('Transfer-Encoding: gzip, chunked\r\n\r\n')).toMatchObject({
      status: 501,
      answers: 1,
      refusals: [{ code: 'request_malformed', evidence: { reason: 'a Transfer-Encoding other than chunked' } }],
    })
  })

  test('a body that waits to be invited is not when the call is not genuine', async () => {
    expect(await exchange(`Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`, { token: 'a.b.c' })).toMatchObject({
      status: 401,
      answers: 1,
      refusals: [{ code: 'token_malformed' }],
    })
  })

  test('a body that waits to be invited is when it is', async () => {
    expect(await exchange(`${CLOSE}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}`)).toMatchObject({
      status: 100,
      answers: 2,
    })
  })

  test('another expectation is refused, and logged', async () => {
    expect(await exchange('Content-Length: 2\r\nExpect: a miracle\r\n\r\n')).toMatchObject({
      status: 417,
      answers: 1,
      refusals: [{ code: 'request_malformed', evidence: { reason: 'an expectation other than 100-continue' } }],
    })
  })
})
