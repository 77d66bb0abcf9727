/**
 * Sums of up to 32 numbers in the order of docs/order-of-arithmetic.md: each is a lane of its own, so what is left is the fold in halves, a tree over a power of two of places, of
 * which those without a number are 0. Written out, without a loop, that takes a third of the time of the stamped loops, which are made for long blocks.
 */

/** Most numbers of a tree. */
export const TREE = 32

/** The sum of t[0 … n − 1], for n from 1 to 32; overwrites what lies beyond. 0 is added last, as lanes start with: a sum of only −0 is +0. */
export function treeOf(t: Float64Array, n: number): number {
  if (n <= 4) {
    if (n <= 2) return (n === 1 ? t[0]! : t[0]! + t[1]!) + 0
    return (n === 3 ? t[0]! + t[2]! + t[1]! : (t[0]! + t[2]!) + (t[1]! + t[3]!)) + 0
  }
  if (n <= 8) {
    for (let i = n; i < 8; i++) t[i] = 0
    return ((t[0]! + t[4]!) + (t[2]! + t[6]!)) + ((t[1]! + t[5]!) + (t[3]! + t[7]!)) + 0
  }
  if (n <= 16) {
    for (let i = n; i < 16; i++) t[i] = 0
    const s0 = t[0]! + t[8]!
    const s1 = t[1]! + t[9]!
    const s2 = t[2]! + t[10]!
    const s3 = t[3]! + t[11]!
    const s4 = t[4]! + t[12]!
    const s5 = t[5]! + t[13]!
    const s6 = t[6]! + t[14]!
    const s7 = t[7]! + t[15]!
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)) + 0
  }
  for (let i = n; i < 32; i++) t[i] = 0
  const s0 = (t[0]! + t[16]!) + (t[8]! + t[24]!)
  const s1 = (t[1]! + t[17]!) + (t[9]! + t[25]!)
  const s2 = (t[2]! + t[18]!) + (t[10]! + t[26]!)
  const s3 = (t[3]! + t[19]!) + (t[11]! + t[27]!)
  const s4 = (t[4]! + t[20]!) + (t[12]! + t[28]!)
  const s5 = (t[5]! + t[21]!) + (t[13]! + t[29]!)
  const s6 = (t[6]! + t[22]!) + (t[14]! + t[30]!)
  const s7 = (t[7]! + t[23]!) + (t[15]! + t[31]!)
  return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)) + 0
}
