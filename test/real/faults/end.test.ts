import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleFunction } from '../../../infra/bundle-function.ts'
import { numbersFor } from './seed.ts'
import { ORDERING_WEBHOOK, type Program, Surroundings } from './surroundings.ts'
import { APOLOGY, type Heard, type Instance } from './webhook-instance.ts'

const quiet = { status: 0, signal: null }
const ordered = { status: 200, hears: expect.stringMatching(/^Ordered: /) }

/** Calls the instance one after the other, until there is none any more. */
const callUntilRefused = async (instance: Instance, name: string, number: () => number) => {
  const heard: (Heard & { readonly responseId: string })[] = []
  do {
    const responseId = `${name}-${heard.length}`
    heard.push({ responseId, ...(await instance.say({ intent: 'Order', text: `${number() * 200}`, responseId })) })
  } while (heard.at(-1)?.status !== 0)
  return heard
}

const deployable = mkdtempSync(join(tmpdir(), 'faults-deployable-'))
beforeAll(
  () =>
    bundleFunction({ name: 'webhook', module: ORDERING_WEBHOOK, packageFiles: ['infra/trust'], folder: deployable }),
  30_000,
)
afterAll(() => rmSync(deployable, { recursive: true }))

const programs: readonly { readonly how: string; readonly program: Program }[] = [
  { how: 'under the framework’s CLI', program: { source: ORDERING_WEBHOOK } },
  { how: 'as deployed', program: { source: join(deployable, 'server.js'), deployed: true } },
]

describe.concurrent.each(programs)('SIGTERM, $how', { timeout: 90_000 }, ({ program }) => {
  test.for([1, 2])(
    'under load, %i: who was taken in hears the answer, who was not can call again, nothing is ordered unheard',
    async round => {
      const number = numbersFor(`SIGTERM ${round}`)
      await using around = await Surroundings.make()
      await using instance = await around.start({}, program)
      const callers = Array.from({ length: 8 }, (_, at) => callUntilRefused(instance, `${at}`, number))
      await delay(500 + number() * 1000)
      instance.signal('SIGTERM')
      const heard = (await Promise.all(callers)).flat()
      expect(await instance.exit()).toEqual(quiet)
      // SQLite has put everything into its one file, and closed it.
      expect(existsSync(`${around.database}-wal`)).toBe(false)

      const answered = heard.filter(({ status }) => status === 200)
      expect(answered.length).toBeGreaterThan(0)
      for (const answer of heard) expect(answer.status === 0 ? ordered : answer).toMatchObject(ordered)
      expect((await around.ordered()).toSorted()).toEqual(answered.map(({ responseId }) => responseId).toSorted())

      await using next = await around.start({}, program)
      const [{ responseId, hears } = { responseId: '', hears: '' }] = answered
      expect(await next.say({ intent: 'Order', text: '0', responseId })).toEqual({ status: 200, hears })
    },
  )

  test('while the handler works on after the user has heard an apology: its answer is kept for the retry', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start({}, program)
    const call = { intent: 'Order', text: '5500', responseId: 'slow' } as const
    const first = instance.say(call)
    await instance.read('ordering')
    instance.signal('SIGTERM')
    expect(await first).toEqual({ status: 200, hears: APOLOGY })
    expect(await instance.exit()).toEqual(quiet)
    await using next = await around.start({}, program)
    expect(await next.say(call)).toEqual(ordered)
    expect(await around.ordered()).toEqual(['slow'])
  })

  test('while a handler works on for ever: the instance ends before Cloud Run kills it, and says so', async () => {
    await using around = await Surroundings.make()
    await using instance = await around.start({}, program)
    const heard = instance.say({ intent: 'Order', text: '60000' })
    await instance.read('ordering')
    const start = performance.now()
    instance.signal('SIGTERM')
    expect(await heard).toEqual({ status: 200, hears: APOLOGY })
    expect(await instance.exit()).toEqual(quiet)
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(await instance.read('ended before everything was done')).toMatchObject({ severity: 'WARNING', calls: 0 })
  })
})
