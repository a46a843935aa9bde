import { writeSync } from 'node:fs'

const FILE_DESCRIPTOR = 1
const PAUSE_MS = 5
const PATIENCE_MS = 1000

const stopwatch = new Int32Array(new SharedArrayBuffer(4))

/**
 * Standard output, written to at once: what has been logged is out, whatever becomes of the process.
 *
 * Who reads it may be slow (`EAGAIN`: a pipe that is full, and that somebody has set not to block) and is waited for, a
 * second at most. Who reads it may be gone: then the line is lost. No call fails because it could not be logged.
 */
export const standardOutput = {
  write(line: string): void {
    const bytes = Buffer.from(line)
    const patience = performance.now() + PATIENCE_MS
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(FILE_DESCRIPTOR, bytes, written)
      } catch (error) {
        if (!isBusy(error) || performance.now() > patience) return
        Atomics.wait(stopwatch, 0, 0, PAUSE_MS)
      }
    }
  },
}

const isBusy = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EAGAIN'
