import type { Readable } from 'node:stream'
import { fail, ok, type Result } from './result.ts'

/** Why a body could not be read: more than the limit, too slow, or broken off. */
export type BodyFailure = 'too_large' | 'too_slow' | 'broken_off'

/**
 * Reads a whole body, within a number of bytes and of milliseconds. After a failure the rest is neither read nor
 * kept: close the connection.
 */
export const readBody = (
  body: Readable,
  { maxBytes, timeoutMs }: { readonly maxBytes: number; readonly timeoutMs: number },
): Promise<Result<Buffer, BodyFailure>> =>
  new Promise(resolve => {
    const chunks: Buffer[] = []
    let size = 0

    const finish = (result: Result<Buffer, BodyFailure>) => {
      clearTimeout(timer)
      body.off('data', onData).off('end', onEnd).off('error', onBrokenOff).off('close', onBrokenOff)
      // A late error of an abandoned stream is nobody's business any more, and must not end the process.
      body.on('error', () => {})
      if (!result.ok) body.pause()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) finish(fail('too_large'))
      else chunks.push(chunk)
    }
    const onEnd = () => finish(ok(Buffer.concat(chunks, size)))
    const onBrokenOff = () => finish(fail('broken_off'))

    const timer = setTimeout(() => finish(fail('too_slow')), timeoutMs)
    if (body.destroyed) return onBrokenOff()
    body.on('data', onData).on('end', onEnd).on('error', onBrokenOff).on('close', onBrokenOff)
  })
