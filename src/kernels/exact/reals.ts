/**
 * Exact sums of floating-point arrays. Every element of a block is cut into pieces on common grids, so coarse that the sums of the
 * pieces are exact in double; what is left over proves that nothing was lost, and a block whose exponents differ too much goes through
 * the accumulator. The twin of crates/kernels/src/families/exact/folds.rs, whose comments say why it is exact.
 */
import type { NumericArray } from '../../common/arrays.ts'
import { productError } from '../compensated.ts'
import { Accumulator } from './accumulator.ts'
import { powerOfTwo } from './finish.ts'
import type { ExactName } from './kernels.ts'

/** Elements of a block. */
const FOLD = 1024

/** Bits of a piece below the block's largest magnitude. */
const BITS = 42

/** The highest exponent whose grid is finite, with room. */
const HIGHEST = 1023 - (52 - BITS) - 2

/** Factors from here on can't be split; products below have errors that doubles may not hold. Both with room. */
const SPLITTABLE = 2 ** 990
const TINY = 2 ** -900

/** Blocks of the operands, widened; products and their errors. */
const xs = new Float64Array(FOLD)
const ys = new Float64Array(FOLD)
const errors = new Float64Array(FOLD)
const accumulator = new Accumulator()

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/** The partial of elements `from … to − 1` into `out`: the sum of what is not finite, then the limbs. */
export function realPartial(kernel: ExactName, x: NumericArray, y: NumericArray, from: number, to: number, out: Float64Array): void {
  accumulator.clear()
  const narrow = x.BYTES_PER_ELEMENT < 8
  for (let at = from; at < to; at += FOLD) {
    const n = Math.min(FOLD, to - at)
    widen(x, at, n, xs)
    if (kernel === 'sum') {
      addBlock(xs, n)
      continue
    }
    const b = kernel === 'dot' ? ys : xs
    if (kernel === 'dot') widen(y, at, n, ys)
    // Products of floats are doubles.
    if (narrow) {
      for (let i = 0; i < n; i++) errors[i] = xs[i]! * b[i]!
      addBlock(errors, n)
    } else {
      addProducts(xs, b, n)
    }
  }
  accumulator.normalise()
  out.set(accumulator.limbs)
}

function widen(view: NumericArray, at: number, n: number, to: Float64Array): void {
  to.set(view.subarray(at, at + n) as Float64Array)
}

/** `|x| < 2^top` for all x up to `largest`. */
function topOf(largest: number): number {
  double[0] = largest
  return Math.max((words[1]! >>> 20) & 0x7ff, 1) - 1022
}

function grid(top: number): number {
  const exponent = top + 52 - BITS
  return exponent < -1022 ? 0 : 1.5 * powerOfTwo(exponent)
}

/** Adds the first `n` numbers of `block`; they are used up. */
function addBlock(block: Float64Array, n: number): void {
  let largest = 0
  for (let i = 0; i < n; i++) {
    const magnitude = Math.abs(block[i]!)
    if (magnitude > largest) largest = magnitude
  }
  const top = topOf(largest)
  if (n < 16 || top > HIGHEST || !addPieces(block, n, top)) for (let i = 0; i < n; i++) accumulator.add(block[i]!)
}

/** Two grids, which hold what lies within 2^31 of the largest; false, and nothing added, if something is left. */
function addPieces(block: Float64Array, n: number, top: number): boolean {
  const coarse = grid(top)
  const fine = grid(top - BITS)
  let a = 0, b = 0, c = 0, d = 0
  let complete = true
  const whole = n & -2
  for (let i = 0; i < whole; i += 2) {
    const x = block[i]!
    const first = (x + coarse) - coarse
    const rest = x - first
    const second = (rest + fine) - fine
    a += first
    b += second
    const y = block[i + 1]!
    const third = (y + coarse) - coarse
    const more = y - third
    const fourth = (more + fine) - fine
    c += third
    d += fourth
    complete = complete && rest === second && more === fourth
  }
  if (!complete) return false
  accumulator.add(a)
  accumulator.add(b)
  accumulator.add(c)
  accumulator.add(d)
  if (whole < n) accumulator.add(block[whole]!)
  return true
}

/** Adds products of doubles: they and what their rounding lost, as two blocks; one by one where that can't be exact. */
function addProducts(x: Float64Array, y: Float64Array, n: number): void {
  let safe = true
  for (let i = 0; i < n; i++) {
    const a = x[i]!
    const b = y[i]!
    const product = a * b
    const magnitude = Math.abs(product)
    // Written so that NaN is not safe.
    safe = safe && (magnitude >= TINY || a === 0 || b === 0) && magnitude < SPLITTABLE && Math.abs(a) < SPLITTABLE && Math.abs(b) < SPLITTABLE
    errors[i] = productError(a, b, product)
    products[i] = product
  }
  if (!safe) {
    for (let i = 0; i < n; i++) addProduct(x[i]!, y[i]!)
    return
  }
  addBlock(products, n)
  addBlock(errors, n)
}

const products = new Float64Array(FOLD)

/** One product of any size: both factors scaled to [1, 2). */
function addProduct(x: number, y: number): void {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return accumulator.addSpecial(x * y)
  if (x === 0 || y === 0) return
  const a = unitOf(x)
  const exponent = unitExponent
  const b = unitOf(y)
  const product = a * b
  accumulator.add(product, exponent + unitExponent)
  accumulator.add(productError(a, b, product), exponent + unitExponent)
}

let unitExponent = 0

/** The number of [1, 2) that `x` (not 0) is by a power of two; its exponent is left in `unitExponent`. */
function unitOf(x: number): number {
  const subnormal = Math.abs(x) < 2 ** -1022
  double[0] = subnormal ? x * 2 ** 64 : x
  unitExponent = ((words[1]! >>> 20) & 0x7ff) - 1023 - (subnormal ? 64 : 0)
  words[1] = (words[1]! & 0x800fffff) | (1023 << 20)
  return double[0]
}
