import { describe, expect, test } from 'vitest'
import { Surroundings } from './surroundings.ts'
import { OWN_RESPONSE } from './webhook-instance.ts'

/** Beyond the leeway that identity tokens have. */
const HOUR = 3_600_000 + 120_000

const ask = { intent: 'Opening Hours' } as const
const order = { intent: 'Order', text: '0', responseId: 'once' } as const
const ordered = { status: 200, hears: expect.stringMatching(/^Ordered: /) }

describe.concurrent('a clock that jumps by an hour', () => {
  test.for([
    ['forward', HOUR, 'token_expired'],
    ['back', -HOUR, 'token_not_yet_valid'],
  ] as const)(
    '%s: the user hears the agent’s own response, the operator reads to look at the clock; set right again, nothing is lost or done twice',
    async ([, jump, code]) => {
      await using around = await Surroundings.make()
      await using instance = await around.start()
      const first = await instance.say(order)
      expect(first).toEqual(ordered)

      await instance.moveClock(jump)
      const fresh = around.token({ claims: { sub: '2' } })
      expect(await instance.sayAndRead({ ...ask, token: fresh }, 'call refused')).toMatchObject({
        status: 401,
        hears: OWN_RESPONSE,
        reads: { severity: 'WARNING', code, hint: expect.stringContaining('clock') },
      })
      expect((await instance.say({ ...order, token: fresh })).status).toBe(401)

      await instance.moveClock(0)
      expect(await instance.say({ ...order, token: fresh })).toEqual(first)
      expect(await around.ordered()).toEqual(['once'])
    },
  )

  test('forward and to the right time: keys, tokens and orders go on', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start()
    await instance.moveClock(-HOUR)
    expect((await instance.say(ask)).status).toBe(401)
    await instance.moveClock(0)
    expect(await instance.say(order)).toEqual(ordered)
    expect(await instance.say(order)).toEqual(await instance.say(order))
    expect(await around.ordered()).toEqual(['once'])
  })

  test('back, while an instance that is right has died in the middle of an order: the retry is asked to try again, and that is answered', async () => {
    await using around = await Surroundings.make()
    await using doomed = await around.start()
    await using other = await around.start()
    // Seen before the jump, so that it is not judged again.
    const token = around.token()
    expect((await other.say({ ...ask, token })).status).toBe(200)
    const call = { ...order, text: '3000', token }
    const first = doomed.say(call)
    await doomed.read('ordering')
    doomed.signal('SIGKILL')
    expect((await first).hears).toBe(OWN_RESPONSE)
    await other.moveClock(-HOUR)
    // The lease is over in an hour by this clock: the user is asked to try again, and a new turn is a new call.
    expect((await other.say(call)).hears).toMatch(/^Sorry/)
    expect(await other.say({ ...call, text: '0', responseId: 'asked again' })).toEqual(ordered)
    expect(await around.ordered()).toEqual(['asked again'])
  })
})
