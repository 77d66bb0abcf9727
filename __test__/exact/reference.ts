/** Exact arithmetic in bigints, written as plainly as possible: the judge of integers and of `precision: 'exact'`. */
export type Integers =
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array

/** A fraction. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

export function integers(x: ArrayLike<number | bigint>): bigint[] {
  return Array.from(x as ArrayLike<number>, (value) => BigInt(value))
}

export const total = (terms: readonly bigint[]): bigint => terms.reduce((a, b) => a + b, 0n)

/** A finite double as a fraction over a power of two. */
export function ratioOf(value: number): Ratio {
  let denominator = 1n
  let scaled = value
  // Doubling is exact as long as the number isn't an integer.
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(scaled), denominator }
}

/** The double nearest to a fraction, ties to even: by bisection over all doubles, in order of their bits. */
export function nearest({ numerator, denominator }: Ratio): number {
  if (numerator === 0n) return 0
  const negative = numerator < 0n
  const n = negative ? -numerator : numerator
  const bits = new BigUint64Array(1)
  const double = new Float64Array(bits.buffer)
  const at = (index: bigint): number => {
    bits[0] = index
    return double[0]!
  }
  const below = (value: number): boolean => {
    const ratio = ratioOf(value)
    return ratio.numerator * denominator <= n * ratio.denominator
  }
  let low = 0n
  let high = 0x7ff0_0000_0000_0000n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (below(at(middle))) low = middle
    else high = middle
  }
  // The value lies from at(low) to before at(high), where infinity stands for 2^1024.
  const a = ratioOf(at(low))
  const b = high === 0x7ff0_0000_0000_0000n ? { numerator: 1n << 1024n, denominator: 1n } : ratioOf(at(high))
  // Twice the value against the sum of its neighbours.
  const twice = 2n * n * a.denominator * b.denominator
  const sum = (a.numerator * b.denominator + b.numerator * a.denominator) * denominator
  const up = twice > sum || (twice === sum && low % 2n === 1n)
  const magnitude = at(up ? high : low)
  return negative ? -magnitude : magnitude
}

export function add(a: Ratio, b: Ratio): Ratio {
  return { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator }
}

/** The exact sum of fractions over powers of two. */
export function sumOf(terms: readonly Ratio[]): Ratio {
  const denominator = terms.reduce((most, term) => (term.denominator > most ? term.denominator : most), 1n)
  return { numerator: total(terms.map((term) => term.numerator * (denominator / term.denominator))), denominator }
}
