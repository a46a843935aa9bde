/** Another number, other timings: `FAULTS_SEED=7 npm run test:real -- test/real/faults`. */
export const SEED = Number(process.env.FAULTS_SEED ?? 1)

/** Numbers from 0 to 1, always the same ones for a seed and a name: mulberry32. */
export const numbersFor = (name: string): (() => number) => {
  let state = [...name].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193), SEED)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
