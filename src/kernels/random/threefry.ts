/**
 * Threefry-4×32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): a key and a counter to four
 * words. The Rust twin is crates/kernels/src/families/random/threefry.rs; which word an element takes is in docs/order-of-arithmetic.md.
 */

/** Blocks of a row: the words 0 of all of them come first, then the words 1, … */
export const LANES = 16

/** Elements of a row where an element takes one word: that many words a row has. */
export const DENSE_ROW = 4 * LANES

/** Elements of a row where an element takes two words. */
export const ROW = 2 * LANES

/** Elements of a piece, the unit that threads draw: whole rows of every kind. The same as in Rust. */
export const PIECE = 16_384

/** Four words of 32 bits, the lowest first. */
export type Seed = readonly [number, number, number, number]

/** What words are drawn for: two families of numbers with one seed have nothing in common. */
export const purposes = { uniform: 0, normal: 1, integers: 2, buckets: 3, swaps: 4 } as const
export type Purpose = (typeof purposes)[keyof typeof purposes]

const PARITY = 0x1bd11bda
const TWO_32 = 2 ** 32

/** Rows that the functions of this folder generate at a time: 16 kB of words. */
export const BATCH_ROWS = 64

/** Where they generate them; each runs to its end before the next begins. */
export const words = new Int32Array(BATCH_ROWS * DENSE_ROW)

/** The words of rows `first … first + count − 1` on the `attempt`-th try, into `into` from index 0 on: of the first `lanes` lanes. */
export function rows(seed: Seed, purpose: Purpose, attempt: number, first: number, count: number, into: Int32Array, lanes = LANES): void {
  // Words above 2^31 are doubles to the engine, and additions of doubles take twice as long.
  const k0 = seed[0] | 0
  const k1 = seed[1] | 0
  const k2 = seed[2] | 0
  const k3 = seed[3] | 0
  const k4 = PARITY ^ k0 ^ k1 ^ k2 ^ k3
  const c1 = (k4 + 1) | 0
  const c2 = (k0 + 2) | 0
  const c3 = (k1 + 3) | 0
  const c4 = (k2 + 4) | 0
  const c5 = (k3 + 5) | 0
  const start2 = (purpose + k2) | 0
  const start3 = (attempt + k3) | 0
  for (let row = 0; row < count; row++) {
    const block = (first + row) * LANES
    // The sixteen block numbers of a row share all but their four lowest bits.
    const low = block | 0
    const start1 = (Math.floor(block / TWO_32) + k1) | 0
    const base = row * DENSE_ROW
    for (let lane = 0; lane < lanes; lane++) {
      let w0 = ((low | lane) + k0) | 0
      let w1 = start1
      let w2 = start2
      let w3 = start3
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 10) | (w1 >>> 22)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 26) | (w3 >>> 6)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 11) | (w3 >>> 21)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 21) | (w1 >>> 11)) ^ w2
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 13) | (w1 >>> 19)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 27) | (w3 >>> 5)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 23) | (w3 >>> 9)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 5) | (w1 >>> 27)) ^ w2
      w0 = (w0 + k1) | 0
      w1 = (w1 + k2) | 0
      w2 = (w2 + k3) | 0
      w3 = (w3 + c1) | 0
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 6) | (w1 >>> 26)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 20) | (w3 >>> 12)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 17) | (w3 >>> 15)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 11) | (w1 >>> 21)) ^ w2
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 25) | (w1 >>> 7)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 10) | (w3 >>> 22)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 18) | (w3 >>> 14)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 20) | (w1 >>> 12)) ^ w2
      w0 = (w0 + k2) | 0
      w1 = (w1 + k3) | 0
      w2 = (w2 + k4) | 0
      w3 = (w3 + c2) | 0
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 10) | (w1 >>> 22)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 26) | (w3 >>> 6)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 11) | (w3 >>> 21)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 21) | (w1 >>> 11)) ^ w2
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 13) | (w1 >>> 19)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 27) | (w3 >>> 5)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 23) | (w3 >>> 9)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 5) | (w1 >>> 27)) ^ w2
      w0 = (w0 + k3) | 0
      w1 = (w1 + k4) | 0
      w2 = (w2 + k0) | 0
      w3 = (w3 + c3) | 0
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 6) | (w1 >>> 26)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 20) | (w3 >>> 12)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 17) | (w3 >>> 15)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 11) | (w1 >>> 21)) ^ w2
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 25) | (w1 >>> 7)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 10) | (w3 >>> 22)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 18) | (w3 >>> 14)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 20) | (w1 >>> 12)) ^ w2
      w0 = (w0 + k4) | 0
      w1 = (w1 + k0) | 0
      w2 = (w2 + k1) | 0
      w3 = (w3 + c4) | 0
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 10) | (w1 >>> 22)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 26) | (w3 >>> 6)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 11) | (w3 >>> 21)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 21) | (w1 >>> 11)) ^ w2
      w0 = (w0 + w1) | 0
      w1 = ((w1 << 13) | (w1 >>> 19)) ^ w0
      w2 = (w2 + w3) | 0
      w3 = ((w3 << 27) | (w3 >>> 5)) ^ w2
      w0 = (w0 + w3) | 0
      w3 = ((w3 << 23) | (w3 >>> 9)) ^ w0
      w2 = (w2 + w1) | 0
      w1 = ((w1 << 5) | (w1 >>> 27)) ^ w2
      w0 = (w0 + k0) | 0
      w1 = (w1 + k1) | 0
      w2 = (w2 + k2) | 0
      w3 = (w3 + c5) | 0
      const to = base + lane
      into[to] = w0
      into[to + LANES] = w1
      into[to + 2 * LANES] = w2
      into[to + 3 * LANES] = w3
    }
  }
}
