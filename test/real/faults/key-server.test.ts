import { describe, expect, test } from 'vitest'
import { generateSigningKey } from '../../../infra/local/tokens/identity-token.ts'
import { faults } from './faulty-server.ts'
import { Surroundings } from './surroundings.ts'
import { OWN_RESPONSE } from './webhook-instance.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

const ask = { intent: 'Opening Hours' } as const
const answered = { status: 200, hears: expect.stringContaining('nine') }
const FAILED = 'public keys could not be fetched'

const reason: Readonly<Record<keyof typeof faults, string>> = {
  'breaks off': 'no connection',
  'never answers': 'no answer within 2000 ms',
  'answers a byte at a time': 'no answer within 2000 ms',
  'answers 500': 'HTTP status 500',
  'answers garbage': 'the answer is not JSON',
  'answers a megabyte': 'an answer over 65536 bytes',
  'redirects elsewhere': 'HTTP status 302',
  'has no keys': 'the answer holds no RS256 key',
}

const names = Object.keys(faults).filter((name): name is keyof typeof faults => name in faults)

describe.concurrent('a key server that', () => {
  test.for(names)(
    '%s: at start the user hears the agent’s own response until 5 s after it is well, later the answer; the operator reads why',
    async fault => {
      await using around = await Surroundings.make()
      around.keyServer.fail(faults[fault])
      await using instance = await around.start()
      expect(await instance.sayAndRead(ask, 'call refused')).toMatchObject({
        status: 503,
        hears: OWN_RESPONSE,
        reads: { severity: 'ERROR', code: 'keys_unavailable', evidence: { reason: reason[fault] } },
      })
      expect(await instance.read(FAILED)).toMatchObject({ severity: 'ERROR', reason: reason[fault], serving: 'none' })

      around.keyServer.recover()
      await instance.moveClock(5 * SECOND)
      expect(await instance.say(ask)).toEqual(answered)

      around.keyServer.fail(faults[fault])
      await instance.moveClock(6 * MINUTE)
      // Another token each time: one that was seen before is not verified again.
      const again = (sub: string) => ({ ...ask, token: around.token({ claims: { sub } }) })
      expect(await instance.sayAndRead(again('2'), FAILED)).toMatchObject({
        ...answered,
        reads: { severity: 'ERROR', reason: reason[fault], serving: 'cached' },
      })
      const { asked } = around.keyServer
      expect(await instance.say(again('3'))).toEqual(answered)
      expect(around.keyServer.asked).toBe(asked)
    },
  )

  test('changes its key: tokens of the old and the new one are answered, and it is asked once more', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    const old = around.issuer.key
    expect(await instance.say(ask)).toEqual(answered)
    await around.issuer.rotate()
    expect(await instance.say(ask)).toEqual(answered)
    expect(await instance.say({ ...ask, token: around.token({ key: old, claims: { sub: '2' } }) })).toEqual(answered)
    expect(around.keyServer.asked).toBe(2)
  })

  test('is not hammered by a flood of tokens with made-up keys, and genuine calls are answered meanwhile', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    expect(await instance.say(ask)).toEqual(answered)
    const forged = await generateSigningKey('made-up')
    const flood = Array.from({ length: 200 }, (_, at) =>
      instance.say({ ...ask, token: around.token({ key: { ...forged, kid: `made-up-${at}` } }) }),
    )
    expect(await instance.say({ ...ask, token: around.token({ claims: { sub: '2' } }) })).toEqual(answered)
    expect(await Promise.all(flood)).toEqual(Array(200).fill({ status: 401, hears: OWN_RESPONSE }))
    expect(around.keyServer.asked).toBe(2)
    expect(await instance.read('call refused')).toMatchObject({ severity: 'WARNING', code: 'token_key_unknown' })
  })

  test('fails just when a new key comes: the new key is looked for again 5 s later, not a minute', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    expect(await instance.say(ask)).toEqual(answered)
    await around.issuer.rotate()
    around.keyServer.fail(faults['breaks off'])
    expect(await instance.say(ask)).toMatchObject({ hears: OWN_RESPONSE })
    around.keyServer.recover()
    await instance.moveClock(5 * SECOND)
    expect(await instance.say(ask)).toEqual(answered)
  })
})
