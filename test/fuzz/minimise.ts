/** As often as a shorter input is tried. */
const MAX_TRIES = 3000

/**
 * The shortest input that can be had by leaving pieces out, the halves first and single bytes last, and then by making
 * bytes plain.
 *
 * @param isStillBroken whether an input shows the same defect
 */
export const minimise = async (
  input: Buffer,
  isStillBroken: (candidate: Buffer) => Promise<boolean>,
): Promise<Buffer> => {
  let shortest = input
  let tries = 0
  const isAccepted = async (candidate: Buffer): Promise<boolean> => {
    tries += 1
    if (!(await isStillBroken(candidate))) return false
    shortest = candidate
    return true
  }

  for (let size = Math.ceil(input.length / 2); size >= 1 && tries < MAX_TRIES; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length && tries < MAX_TRIES; ) {
      const without = Buffer.concat([shortest.subarray(0, at), shortest.subarray(at + size)])
      if (!(await isAccepted(without))) at += size
    }
  }
  for (let at = 0; at < shortest.length && tries < MAX_TRIES; at += 1) {
    const plain = Buffer.from(shortest)
    plain[at] = 0x78
    if (!plain.equals(shortest)) await isAccepted(plain)
  }
  return shortest
}
