import { PassThrough, Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readBody } from '../../../shared/runtime/read-body.ts'

const limits = { maxBytes: 10, timeoutMs: 1000 }
const streamOf = (...chunks: readonly string[]) => Readable.from(chunks.map(chunk => Buffer.from(chunk)))

afterEach(() => {
  vi.useRealTimers()
})

describe('a body', () => {
  it.each([
    ['nothing', []],
    ['one piece', ['12345']],
    ['several pieces', ['123', '', '45', '6']],
    ['as much as is allowed', ['12345', '67890']],
    ['a letter cut in two', ['a']],
  ])('is read whole: %s', async (_, chunks) => {
    expect(await readBody(streamOf(...chunks), limits)).toEqual({ ok: true, value: Buffer.from(chunks.join('')) })
  })

  it.each([
    ['in one piece', ['12345678901']],
    ['in several', ['12345', '67890', '1']],
    ['without end', Array(100).fill('12345')],
  ])('is not read further than a byte more than is allowed: %s', async (_, chunks) => {
    const body = streamOf(...chunks)
    expect(await readBody(body, limits)).toEqual({ ok: false, error: 'too_large' })
    expect(body.isPaused()).toBe(true)
    expect(body.listenerCount('data')).toBe(0)
  })

  it('has its time, and no more', async () => {
    vi.useFakeTimers()
    const body = new PassThrough()
    const settled = vi.fn()
    const reading = readBody(body, limits).then(settled)
    body.write('123')
    await vi.advanceTimersByTimeAsync(999)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await reading
    expect(settled).toHaveBeenCalledWith({ ok: false, error: 'too_slow' })
    expect(body.isPaused()).toBe(true)
  })

  it('gets no more time by coming in drops', async () => {
    vi.useFakeTimers()
    const body = new PassThrough()
    const reading = readBody(body, { maxBytes: 1000, timeoutMs: 1000 })
    for (let at = 0; at < 20; at += 1) {
      body.write('x')
      await vi.advanceTimersByTimeAsync(60)
    }
    expect(await reading).toEqual({ ok: false, error: 'too_slow' })
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers()
    await readBody(streamOf('x'), limits)
    await readBody(streamOf('12345678901'), limits)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['closed', (body: PassThrough) => body.destroy()],
    ['failed', (body: PassThrough) => body.destroy(new Error('aborted'))],
    ['failed without being closed', (body: PassThrough) => body.emit('error', new Error('aborted'))],
  ])('is broken off when its stream is %s', async (_, end) => {
    const body = new PassThrough()
    const reading = readBody(body, limits)
    body.write('123')
    end(body)
    expect(await reading).toEqual({ ok: false, error: 'broken_off' })
  })

  it('is broken off when its stream was closed before anybody read it', async () => {
    const body = new PassThrough()
    body.on('error', () => {})
    body.destroy(new Error('aborted'))
    await new Promise(resolve => body.once('close', resolve))
    expect(await readBody(body, limits)).toEqual({ ok: false, error: 'broken_off' })
  })

  it.each([
    ['was read', () => streamOf('x')],
    ['was too large', () => streamOf('12345678901')],
  ])('may fail after it %s: that ends nothing', async (_, make) => {
    const body = make()
    const read = await readBody(body, limits)
    body.emit('error', new Error('late'))
    body.emit('data', Buffer.from('late'))
    expect(read).toEqual(await readBody(make(), limits))
  })
})
