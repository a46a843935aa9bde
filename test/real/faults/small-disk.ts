import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A file system of one megabyte, in memory. */
export class SmallDisk implements Disposable {
  readonly path: string
  readonly #filler: string

  constructor(directory: string) {
    this.path = join(directory, 'disk')
    this.#filler = join(this.path, 'filler')
    mkdirSync(this.path)
    this.#mount('size=1m')
  }

  /** Writes until nothing fits any more. */
  fill(): void {
    const file = openSync(this.#filler, 'w')
    try {
      for (const size of [65_536, 4096, 1]) this.#write(file, Buffer.alloc(size))
    } finally {
      closeSync(file)
    }
  }

  /** Has room again. */
  clear(): void {
    rmSync(this.#filler)
  }

  set readOnly(isReadOnly: boolean) {
    this.#mount(`remount,${isReadOnly ? 'ro' : 'rw'}`)
  }

  /** With whatever is open on it. */
  [Symbol.dispose](): void {
    spawnSync('umount', ['-l', this.path])
  }

  #write(file: number, bytes: Buffer): void {
    try {
      for (;;) writeSync(file, bytes)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }

  #mount(options: string): void {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', this.path])
    if (status !== 0) throw new Error(`mount failed: ${stderr}`)
  }
}

/** Mounting is root's. */
export const smallDisk = {
  name: 'the right to mount',
  found: process.getuid?.() === 0,
  how: 'run the tests as root',
}
