import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Severity } from '../../../shared/runtime/log.ts'
import { fail, ok, type Result } from '../../../shared/runtime/result.ts'
import { createKeySource, type KeySet } from '../../../shared/verification/key-source.ts'
import { NOW } from './call.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const { publicKey } = generateKeyPairSync('ed25519')

type Answer = Result<KeySet, string>
const keySet = (...kids: readonly string[]): Answer =>
  ok({ keys: new Map<string, KeyObject>(kids.map(kid => [kid, publicKey])), maxAge: HOUR })
const DOWN = fail('HTTP status 500')

/** A key server of which the test decides when it answers and what. */
const scenario = () => {
  const now = { is: NOW }
  const logged: (readonly [Severity, string, unknown])[] = []
  const server = { fetches: 0, answer: keySet('known') as Answer | Promise<Answer> }
  const source = createKeySource(
    async () => {
      server.fetches += 1
      return server.answer
    },
    () => now.is,
    (severity, message, fields) => void logged.push([severity, message, fields]),
  )
  /** The outcome of one search, and how many fetches it took. */
  const find = async (kid: string) => {
    const before = server.fetches
    const found = await source.find(kid)
    const outcome = found.ok ? (found.value === undefined ? 'unknown' : 'found') : found.error
    return [outcome, server.fetches - before] as const
  }
  return { now, logged, server, source, find }
}

/** An answer that comes when the test says so. */
const later = () => {
  let give: (answer: Answer) => void = () => {}
  const answer = new Promise<Answer>(resolve => {
    give = resolve
  })
  return { answer, give }
}

describe('fetching', () => {
  it('happens ahead of the first call', async () => {
    const { server, source, find } = scenario()
    await source.prefetch()
    expect(server.fetches).toBe(1)
    expect(await find('known')).toEqual(['found', 0])
  })

  it('happens at the first call when nobody thought of it before', async () => {
    const { find } = scenario()
    expect(await find('known')).toEqual(['found', 1])
    expect(await find('known')).toEqual(['found', 0])
  })

  it('happens once for all who wait at the same time, whatever they wait for', async () => {
    const { server, source } = scenario()
    const { answer, give } = later()
    server.answer = answer
    const waiting = [source.prefetch(), ...Array.from({ length: 50 }, () => source.find('known')), source.prefetch()]
    give(keySet('known'))
    const outcomes = await Promise.all(waiting)
    expect(outcomes.slice(1, -1)).toEqual(Array(50).fill({ ok: true, value: publicKey }))
    expect(server.fetches).toBe(1)
  })

  it('happens again when the keys have reached their age, and once for all', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    now.is += HOUR - 1
    expect(await find('known')).toEqual(['found', 0])
    now.is += 1
    server.answer = keySet('known', 'new')
    await Promise.all(Array.from({ length: 50 }, () => source.find('known')))
    expect(server.fetches).toBe(2)
    expect(await find('new')).toEqual(['found', 0])
  })

  it('lets go of a key that is no longer published', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    now.is += HOUR
    server.answer = keySet('other')
    expect((await find('known'))[0]).toBe('unknown')
  })

  it('survives a fetch that rejects, which none should', async () => {
    const { server, source, find } = scenario()
    server.answer = Promise.reject(new Error('with a secret'))
    await expect(source.prefetch()).resolves.toBeUndefined()
    expect(await find('known')).toEqual(['the fetch failed', 0])
  })
})

describe('while the key server is down', () => {
  it('and nothing is cached, calls are told why, and it is asked every five seconds', async () => {
    const { now, server, logged, source, find } = scenario()
    server.answer = DOWN
    await source.prefetch()
    expect(await find('known')).toEqual(['HTTP status 500', 0])
    now.is += 5 * SECOND - 1
    expect(await find('known')).toEqual(['HTTP status 500', 0])
    now.is += 1
    expect(await find('known')).toEqual(['HTTP status 500', 1])
    expect(logged).toEqual(
      Array(2).fill(['ERROR', 'public keys could not be fetched', { reason: 'HTTP status 500', serving: 'none' }]),
    )
  })

  it('old keys serve, and it is asked once a minute', async () => {
    const { now, server, logged, source, find } = scenario()
    await source.prefetch()
    server.answer = DOWN
    now.is += HOUR
    expect(await find('known')).toEqual(['found', 1])
    expect(await find('known')).toEqual(['found', 0])
    now.is += MINUTE - 1
    expect(await find('known')).toEqual(['found', 0])
    now.is += 1
    expect(await find('known')).toEqual(['found', 1])
    expect(logged[0]).toEqual([
      'ERROR',
      'public keys could not be fetched',
      { reason: 'HTTP status 500', serving: 'cached' },
    ])
  })

  it('old keys serve for a day past their age, and no longer', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    server.answer = DOWN
    now.is += HOUR + DAY - 1
    expect(await find('known')).toEqual(['found', 1])
    now.is += 1
    expect((await find('known'))[0]).toBe('HTTP status 500')
  })

  it('a fresh key is found without asking', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    server.answer = DOWN
    now.is += HOUR - 1
    expect(await find('known')).toEqual(['found', 0])
  })

  it.each([
    ['nothing', 0, 5 * SECOND],
    ['old keys', HOUR, MINUTE],
    ['keys too old', HOUR + DAY, 5 * SECOND],
  ])('it may come back, for those who have %s', async (_, age, interval) => {
    const { now, server, source, find } = scenario()
    if (age > 0) await source.prefetch()
    server.answer = DOWN
    now.is += age
    await source.find('known')
    server.answer = keySet('known', 'new')
    now.is += interval
    expect(await find('new')).toEqual(['found', 1])
    now.is += HOUR - 1
    expect(await find('new')).toEqual(['found', 0])
  })
})

it('a failure that is over holds no later fetch back', async () => {
  const { now, server, source, find } = scenario()
  server.answer = DOWN
  await source.prefetch()
  now.is += 5 * SECOND
  server.answer = ok({ keys: new Map([['known', publicKey]]), maxAge: 30 * SECOND })
  expect(await find('known')).toEqual(['found', 1])
  now.is += 30 * SECOND
  expect(await find('known')).toEqual(['found', 1])
})

describe('an unknown key id', () => {
  it('is looked for again at most once a minute, whoever asks', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    expect(await find('unknown 1')).toEqual(['unknown', 1])
    for (let at = 0; at < 100; at += 1) expect(await find(`unknown ${at}`)).toEqual(['unknown', 0])
    now.is += MINUTE - 1
    expect(await find('unknown')).toEqual(['unknown', 0])
    now.is += 1
    expect(await find('unknown')).toEqual(['unknown', 1])
    expect(server.fetches).toBe(3)
  })

  it('is found when the issuer has begun to use it', async () => {
    const { server, source, find } = scenario()
    await source.prefetch()
    server.answer = keySet('known', 'new')
    expect(await find('new')).toEqual(['found', 1])
    expect(await find('new')).toEqual(['found', 0])
  })

  it('is looked for once by all who ask at the same time, and all of them wait for the answer', async () => {
    const { server, source } = scenario()
    await source.prefetch()
    const { answer, give } = later()
    server.answer = answer
    const waiting = Array.from({ length: 50 }, () => source.find('new'))
    const late = source.find('new')
    give(keySet('new'))
    expect(await Promise.all([...waiting, late])).toEqual(Array(51).fill({ ok: true, value: publicKey }))
    expect(server.fetches).toBe(2)
  })

  it('makes nobody wait who asks for a known one', async () => {
    const { server, source, find } = scenario()
    await source.prefetch()
    const { answer, give } = later()
    server.answer = answer
    const waiting = source.find('unknown')
    expect(await find('known')).toEqual(['found', 0])
    give(keySet('known'))
    await waiting
  })

  it('stays unknown, and takes no known key away, while the key server is down', async () => {
    const { server, source, find } = scenario()
    await source.prefetch()
    server.answer = DOWN
    expect(await find('unknown')).toEqual(['unknown', 1])
    expect(await find('unknown')).toEqual(['unknown', 0])
    expect(await find('known')).toEqual(['found', 0])
  })

  it('is looked for again after five seconds when the key server failed just then', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    server.answer = DOWN
    expect(await find('new')).toEqual(['unknown', 1])
    server.answer = keySet('known', 'new')
    now.is += 5 * SECOND - 1
    expect(await find('new')).toEqual(['unknown', 0])
    now.is += 1
    expect(await find('new')).toEqual(['found', 1])
    expect(await find('unknown')).toEqual(['unknown', 0])
  })

  it.each(['', '__proto__', 'constructor'])('is %j like any other', async kid => {
    expect((await scenario().find(kid))[0]).toBe('unknown')
  })
})

describe('a clock that jumps by an hour', () => {
  it('forwards: the keys are fetched again, and serve should that fail', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    now.is += HOUR
    server.answer = DOWN
    expect(await find('known')).toEqual(['found', 1])
  })

  it('backwards: the keys are fetched again, for their age cannot be told, and serve should that fail', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    now.is -= HOUR
    server.answer = DOWN
    expect(await find('known')).toEqual(['found', 1])
    now.is += MINUTE
    server.answer = keySet('known')
    expect(await find('known')).toEqual(['found', 1])
    now.is += HOUR - 1
    expect(await find('known')).toEqual(['found', 0])
    now.is += 1
    expect(await find('known')).toEqual(['found', 1])
  })

  it('backwards after a failure: nobody waits an hour for the next attempt', async () => {
    const { now, server, source, find } = scenario()
    server.answer = DOWN
    await source.prefetch()
    now.is -= HOUR
    server.answer = keySet('known')
    expect(await find('known')).toEqual(['found', 1])
  })

  it('backwards after an unknown key id: nobody waits an hour for the next search', async () => {
    const { now, server, source, find } = scenario()
    await source.prefetch()
    await find('unknown')
    now.is -= 1
    await find('known')
    server.answer = keySet('new')
    expect(await find('new')).toEqual(['found', 1])
  })
})
