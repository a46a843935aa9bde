import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Remembered } from '../../../shared/verification/remembered.ts'

const memory = (limit: number, now = { is: 1000 }) => ({ now, remembered: new Remembered<string>(limit, () => now.is) })

describe('the memory', () => {
  it('gives what it holds until the moment before it expires', () => {
    const { now, remembered } = memory(2)
    remembered.set('a', '1', 2000)
    now.is = 1999
    expect(remembered.get('a')).toBe('1')
    now.is = 2000
    expect(remembered.get('a')).toBeUndefined()
  })

  it('keeps nothing that has expired, not even when the clock is set back', () => {
    const { now, remembered } = memory(2)
    remembered.set('a', '1', 2000)
    now.is = 2000
    remembered.get('a')
    expect(remembered.size).toBe(0)
    now.is = 1000
    expect(remembered.get('a')).toBeUndefined()
  })

  it('gives nothing for another key', () => {
    const { remembered } = memory(2)
    remembered.set('a', '1', 2000)
    for (const key of ['b', 'A', '', '__proto__', 'constructor']) expect(remembered.get(key)).toBeUndefined()
  })

  it('never holds more than its limit, and forgets what was unused for longest', () => {
    const { remembered } = memory(3)
    for (const key of ['a', 'b', 'c']) remembered.set(key, key, 2000)
    remembered.get('a')
    remembered.set('d', 'd', 2000)
    expect(['a', 'b', 'c', 'd'].map(key => remembered.get(key))).toEqual(['a', undefined, 'c', 'd'])
    for (let at = 0; at < 1000; at += 1) remembered.set(`flood ${at}`, '', 2000)
    expect(remembered.size).toBe(3)
  })

  it('replaces an entry without displacing another', () => {
    const { remembered } = memory(2)
    remembered.set('a', '1', 2000)
    remembered.set('b', '2', 2000)
    remembered.set('b', '3', 2000)
    expect([remembered.get('a'), remembered.get('b'), remembered.size]).toEqual(['1', '3', 2])
  })
})

it('stays as small in memory as it is, however often it is asked, and whatever displaced something before', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const { remembered } = memory(100)
  for (let at = 0; at < 200; at += 1) remembered.set(`${at}`, 'x', 2000)
  const ask = () => {
    for (let at = 0; at < 200_000; at += 1) remembered.get(`${150 + (at % 50)}`)
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = ask()
  expect(ask() - before).toBeLessThan(1_000_000)
})
