/** One element of DER: identifier, length, contents. X.690 §8.1. */
export interface DerElement {
  readonly tag: number
  readonly contents: Buffer
  /** The element as it stands in its surroundings, identifier and length included. */
  readonly encoding: Buffer
}

const readElement = (der: Buffer, at: number): DerElement => {
  const tag = der.readUInt8(at)
  const first = der.readUInt8(at + 1)
  // Long form: the low bits count the bytes that hold the length. X.690 §8.1.3.5.
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
  const start = at + 2 + lengthBytes
  return { tag, contents: der.subarray(start, start + length), encoding: der.subarray(at, start + length) }
}

/** The elements that stand one after the other in `der`, which a parser must have found well-formed before. */
export const readElements = (der: Buffer): readonly DerElement[] => {
  const elements: DerElement[] = []
  for (let at = 0; at < der.length; ) {
    const element = readElement(der, at)
    elements.push(element)
    at += element.encoding.length
  }
  return elements
}
