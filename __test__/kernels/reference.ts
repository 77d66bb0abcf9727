/**
 * docs/order-of-arithmetic.md once more, as literally as possible and as slow as that is: lanes in an array, the tree by recursion. The
 * tests compare the stamped loops with it, bit for bit.
 */
import { reductions, type ReductionName } from '../../src/kernels/index.ts'
import { exp } from '../../src/kernels/math/exp.ts'

export type Floats = Float64Array | Float32Array

const LANES = 32
const BLOCK = 4096

type Scalar = { identity: number; step: (s: number, x: number, y: number) => number; merge: (a: number, b: number) => number }
type Root = readonly number[]

const add = (a: number, b: number): number => a + b

const scalars = {
  sum: { identity: 0, step: (s, x) => s + x, merge: add },
  sumOfSquares: { identity: 0, step: (s, x) => s + x * x, merge: add },
  dot: { identity: 0, step: (s, x, y) => s + x * y, merge: add },
  min: { identity: Infinity, step: Math.min, merge: Math.min },
  max: { identity: -Infinity, step: Math.max, merge: Math.max },
  sumOfAbsolutes: { identity: 0, step: (s, x) => s + Math.abs(x), merge: add },
  product: { identity: 1, step: (s, x) => s * x, merge: (a, b) => a * b },
  countNonzero: { identity: 0, step: (s, x) => s + (x === 0 ? 0 : 1), merge: add },
  countNaN: { identity: 0, step: (s, x) => s + (Number.isNaN(x) ? 1 : 0), merge: add },
} satisfies Record<string, Scalar>

/** Lanes and fold over the elements of one block. */
function foldBlock(xs: number[], ys: number[], { identity, step, merge }: Scalar): number {
  const lanes = new Array<number>(LANES).fill(identity)
  xs.forEach((x, i) => {
    lanes[i % LANES] = step(lanes[i % LANES]!, x, ys[i]!)
  })
  for (const h of [16, 8, 4, 2, 1]) for (let j = 0; j < h; j++) lanes[j] = merge(lanes[j]!, lanes[j + h]!)
  return lanes[0]!
}

const sumOf = (xs: number[]): number => foldBlock(xs, xs, scalars.sum)
const minOf = (xs: number[]): number => foldBlock(xs, xs, scalars.min)
const maxOf = (xs: number[]): number => foldBlock(xs, xs, scalars.max)
const squaresOf = (xs: number[]): number => foldBlock(xs, xs, scalars.sumOfSquares)

/** Count, mean, M2, M3, M4, min, max and sum of a block. */
function momentsOfBlock(xs: number[]): Root {
  const n = xs.length
  const c = sumOf(xs) / n
  const d = xs.map((x) => x - c)
  const [one, two] = [sumOf(d), squaresOf(d)]
  const [three, four] = [sumOf(d.map((d) => d * d * d)), sumOf(d.map((d) => d * d * (d * d)))]
  const e = one / n
  return [
    n, c + e, two - (one * one) / n, three - 3 * e * two + 2 * (e * e) * one, four - 4 * e * three + 6 * (e * e) * two - 3 * (e * e) * e * one,
    minOf(xs), maxOf(xs), sumOf(xs),
  ]
}

function mergeMoments(a: Root, b: Root): Root {
  const [na, ma, qa, ta, ua] = a as [number, number, number, number, number]
  const [nb, mb, qb, tb, ub] = b as [number, number, number, number, number]
  const n = na + nb
  const delta = mb - ma
  const [p, q] = [na / n, nb / n]
  const d2 = delta * delta
  return [
    n,
    ma + delta * q,
    qa + qb + d2 * (na * q),
    ta + tb + (d2 * delta * (na * q * (p - q)) + 3 * delta * (p * qb - q * qa)),
    ua + ub + (d2 * d2 * (na * q * (p * p - p * q + q * q)) + (6 * d2 * (p * p * qb + q * q * qa) + 4 * delta * (p * tb - q * ta))),
    Math.min(a[5]!, b[5]!), Math.max(a[6]!, b[6]!), a[7]! + b[7]!,
  ]
}

function normOfBlock(xs: number[]): Root {
  const plain = squaresOf(xs)
  if (plain > 2 ** 970) return [squaresOf(xs.map((x) => x * 2 ** -600)), 2 ** 600]
  if (plain < 2 ** -900) return [squaresOf(xs.map((x) => x * 2 ** 600)), 2 ** -600]
  return [plain, 1]
}

function mergeNorms([sa, ca]: Root, [sb, cb]: Root): Root {
  const c = Math.max(ca!, cb!)
  return [sa! * (ca! / c) * (ca! / c) + sb! * (cb! / c) * (cb! / c), c]
}

function exponentialsOfBlock(xs: number[]): Root {
  const c = maxOf(xs)
  if (!Number.isFinite(c)) return [c, c === -Infinity ? 0 : c]
  return [c, sumOf(xs.map((x) => exp(x - c)))]
}

function mergeExponentials([ca, sa]: Root, [cb, sb]: Root): Root {
  if (ca === cb) return [ca!, sa! + sb!]
  if (cb! > ca!) return [cb!, sb! + sa! * exp(ca! - cb!)]
  return [ca!, sa! + sb! * exp(cb! - ca!)]
}

const twoSum = (a: number, b: number): readonly [number, number] => {
  const s = a + b
  const z = s - a
  return [s, (a - (s - z)) + (b - z)]
}

/** A product and what its rounding lost. */
function twoProduct(x: number, y: number): readonly [number, number] {
  const halves = (v: number): readonly [number, number] => {
    const t = 134_217_729 * v
    const high = t - (t - v)
    return [high, v - high]
  }
  const [a, b] = halves(x)
  const [c, d] = halves(y)
  const p = x * y
  return [p, b * d - (p - a * c - b * c - a * d)]
}

const mergeCorrected = (a: Root, b: Root): Root => {
  const [s, lost] = twoSum(a[0]!, b[0]!)
  return [s, a[1]! + b[1]! + lost]
}

/** A block of terms, each with what it has lost already. */
function correctedBlock(terms: readonly (readonly [number, number])[]): Root {
  const lanes: Root[] = Array.from({ length: LANES }, () => [0, 0])
  terms.forEach(([x, error], i) => {
    const [s, c] = lanes[i % LANES] as [number, number]
    const [sum, lost] = twoSum(s, x)
    lanes[i % LANES] = [sum, c + (lost + error)]
  })
  for (const h of [16, 8, 4, 2, 1]) for (let j = 0; j < h; j++) lanes[j] = mergeCorrected(lanes[j]!, lanes[j + h]!)
  return lanes[0]!
}

/** Value, index and count of the first element that none beats. */
function first(x: Floats, nothing: number, beats: (best: number, x: number) => boolean): Root {
  let best = 0
  for (let i = 1; i < x.length; i++) if (!Number.isNaN(x[best]) && (Number.isNaN(x[i]) || beats(x[best]!, x[i]!))) best = i
  return [x[best] ?? nothing, best, x.length]
}

function tree<T>(leaves: T[], merge: (a: T, b: T) => T, low = 0, high = leaves.length): T {
  if (high - low === 1) return leaves[low]!
  let p = 1
  while (p * 2 < high - low) p *= 2
  return merge(tree(leaves, merge, low, low + p), tree(leaves, merge, low + p, high))
}

/** All doubles of the kernel's root over x (and y). */
export function referenceRoot(kernel: ReductionName, x: Floats, y: Floats = x): Root {
  const blocks: [number[], number[]][] = []
  for (let at = 0; at === 0 || at < x.length; at += BLOCK) blocks.push([[...x.subarray(at, at + BLOCK)], [...y.subarray(at, at + BLOCK)]])
  const rootOf = (leaf: (xs: number[]) => Root, merge: (a: Root, b: Root) => Root): Root => tree(blocks.map(([xs]) => leaf(xs)), merge)
  switch (kernel) {
    case 'variance':
      return rootOf(momentsOfBlock, mergeMoments).slice(0, 3)
    case 'describe':
      return rootOf(momentsOfBlock, mergeMoments)
    case 'minMax':
      return [...referenceRoot('min', x), ...referenceRoot('max', x)]
    case 'argMin':
      return first(x, Infinity, (best, x) => x < best)
    case 'argMax':
      return first(x, -Infinity, (best, x) => x > best)
    case 'euclideanNorm':
      return rootOf(normOfBlock, mergeNorms)
    case 'logSumExp':
      return rootOf(exponentialsOfBlock, mergeExponentials)
    case 'compensatedSum':
      return tree(blocks.map(([xs]) => correctedBlock(xs.map((x) => [x, 0]))), mergeCorrected)
    case 'compensatedSumOfSquares':
      return tree(blocks.map(([xs]) => correctedBlock(xs.map((x) => twoProduct(x, x)))), mergeCorrected)
    case 'compensatedDot':
      return tree(blocks.map(([xs, ys]) => correctedBlock(xs.map((x, i) => twoProduct(x, ys[i]!)))), mergeCorrected)
    default: {
      const scalar: Scalar = scalars[kernel]
      return [tree(blocks.map(([xs, ys]) => foldBlock(xs, ys, scalar)), scalar.merge)]
    }
  }
}

/** The kernel's value over x (and y). */
export function reference(kernel: ReductionName, x: Floats, y: Floats = x): number {
  return referenceRoot(kernel, x, y)[reductions[kernel].value]!
}
