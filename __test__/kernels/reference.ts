/**
 * docs/order-of-arithmetic.md once more, as literally as possible and as slow as that is: lanes in an array, the tree by recursion. The
 * tests compare the stamped loops with it, bit for bit.
 */
import type { ReductionName } from '../../src/kernels/index.ts'

export type Floats = Float64Array | Float32Array

const LANES = 32
const BLOCK = 4096

type Scalar = { identity: number; step: (s: number, x: number, y: number) => number; merge: (a: number, b: number) => number }

const add = (a: number, b: number): number => a + b

const scalars: Record<Exclude<ReductionName, 'variance'>, Scalar> = {
  sum: { identity: 0, step: (s, x) => s + x, merge: add },
  sumOfSquares: { identity: 0, step: (s, x) => s + x * x, merge: add },
  dot: { identity: 0, step: (s, x, y) => s + x * y, merge: add },
  min: { identity: Infinity, step: Math.min, merge: Math.min },
  max: { identity: -Infinity, step: Math.max, merge: Math.max },
}

/** Lanes and fold over the elements of one block. */
function foldBlock(xs: number[], ys: number[], { identity, step, merge }: Scalar): number {
  const lanes = new Array<number>(LANES).fill(identity)
  xs.forEach((x, i) => {
    lanes[i % LANES] = step(lanes[i % LANES]!, x, ys[i]!)
  })
  for (const h of [16, 8, 4, 2, 1]) for (let j = 0; j < h; j++) lanes[j] = merge(lanes[j]!, lanes[j + h]!)
  return lanes[0]!
}

interface Moments {
  n: number
  mean: number
  m2: number
}

function momentsOfBlock(xs: number[]): Moments {
  const n = xs.length
  const c = foldBlock(xs, xs, scalars.sum) / n
  const deviations = xs.map((x) => x - c)
  const d = foldBlock(deviations, deviations, scalars.sum)
  const q = foldBlock(deviations, deviations, scalars.sumOfSquares)
  return { n, mean: c + d / n, m2: q - (d * d) / n }
}

function mergeMoments(a: Moments, b: Moments): Moments {
  const n = a.n + b.n
  const delta = b.mean - a.mean
  return { n, mean: a.mean + delta * (b.n / n), m2: a.m2 + b.m2 + delta * delta * (a.n * (b.n / n)) }
}

function tree<T>(leaves: T[], merge: (a: T, b: T) => T, low = 0, high = leaves.length): T {
  if (high - low === 1) return leaves[low]!
  let p = 1
  while (p * 2 < high - low) p *= 2
  return merge(tree(leaves, merge, low, low + p), tree(leaves, merge, low + p, high))
}

/** The kernel's value over x (and y). */
export function reference(kernel: ReductionName, x: Floats, y: Floats = x): number {
  const blocks: [number[], number[]][] = []
  for (let at = 0; at === 0 || at < x.length; at += BLOCK) blocks.push([[...x.subarray(at, at + BLOCK)], [...y.subarray(at, at + BLOCK)]])
  if (kernel === 'variance') return tree(blocks.map(([xs]) => momentsOfBlock(xs)), mergeMoments).m2
  const scalar = scalars[kernel]
  return tree(blocks.map(([xs, ys]) => foldBlock(xs, ys, scalar)), scalar.merge)
}
