import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { numbersFor, SEED } from './seed.ts'
import { Surroundings } from './surroundings.ts'
import type { Instance } from './webhook-instance.ts'

const ROUNDS = [1, 2, 3, 4]
const CALLS = 10

const ordered = { status: 200, hears: expect.stringMatching(/^Ordered: /) }

describe.concurrent(`SIGKILL anywhere (FAULTS_SEED=${SEED})`, { timeout: 90_000 }, () => {
  test.for(ROUNDS)(
    'round %i: every retry is answered, an answer that was heard is heard again, and was ordered once',
    async round => {
      const number = numbersFor(`SIGKILL ${round}`)
      await using around = await Surroundings.make()
      await using doomed = await around.start()
      await using other = await around.start()
      const calls = Array.from({ length: CALLS }, (_, at) => ({
        intent: 'Order' as const,
        text: `${Math.round(number() * 400)}`,
        responseId: `call-${at}`,
      }))
      const all = (instance: Instance) => Promise.all(calls.map(call => instance.say(call)))

      const first = all(doomed)
      await delay(number() * 600)
      doomed.signal('SIGKILL')
      const heard = await first
      const retried = await all(other)
      expect(retried).toEqual(Array(CALLS).fill(ordered))

      const book = await around.ordered()
      for (const [at, { responseId }] of calls.entries()) {
        const times = book.filter(line => line === responseId).length
        if (heard[at]?.status === 200) expect([heard[at], times]).toEqual([retried[at], 1])
        // Nobody can tell how far the killed instance came with it.
        else expect([1, 2]).toContain(times)
      }
      await using restarted = await around.start()
      expect(await all(restarted)).toEqual(retried)
      expect(await around.ordered()).toEqual(book)
    },
  )
})
