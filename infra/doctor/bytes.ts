/** Reads big-endian numbers and length-prefixed vectors, as TLS writes them. RFC 8446 §3 */
export class Bytes {
  readonly #buffer: Buffer
  #at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length
  }

  /** @throws {RangeError} when there are fewer left */
  take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#buffer.length) throw new RangeError('cut short')
    const taken = this.#buffer.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** An unsigned number of 1 to 6 bytes. */
  number(size: number): number {
    return this.take(size).readUIntBE(0, size)
  }

  /** The bytes behind a length of so many bytes. */
  vector(lengthSize: number): Buffer {
    return this.take(this.number(lengthSize))
  }

  /** What `read` makes of the bytes that are left, again and again until the end. */
  list<T>(read: (bytes: Bytes) => T): readonly T[] {
    const list: T[] = []
    while (!this.isAtEnd) list.push(read(this))
    return list
  }
}
