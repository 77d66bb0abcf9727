/** Reductions written from docs/order-of-arithmetic.md in the plainest way: the judge of every backend. */

import type { ReductionName } from '../../src/kernels/index.ts'
import { log1p } from '../../src/kernels/math/log1p.ts'
import { referenceRoot } from '../kernels/reference.ts'

const LANES = 32
const BLOCK = 4096

type Numbers = Float64Array | Float32Array

function leaves<P>(n: number, leaf: (start: number, end: number) => P, merge: (a: P, b: P) => P, none: P): P {
  const count = Math.ceil(n / BLOCK)
  const tree = (lo: number, hi: number): P => {
    if (hi - lo === 1) return leaf(lo * BLOCK, Math.min(n, (lo + 1) * BLOCK))
    let p = 1
    while (p * 2 < hi - lo) p *= 2
    return merge(tree(lo, lo + p), tree(lo + p, hi))
  }
  return count === 0 ? none : tree(0, count)
}

function block(start: number, end: number, identity: number, step: (s: number, i: number) => number, merge: (a: number, b: number) => number): number {
  const lanes = new Array<number>(LANES).fill(identity)
  for (let i = start; i < end; i++) lanes[(i - start) % LANES] = step(lanes[(i - start) % LANES]!, i)
  for (let h = LANES / 2; h >= 1; h /= 2) for (let j = 0; j < h; j++) lanes[j] = merge(lanes[j]!, lanes[j + h]!)
  return lanes[0]!
}

const add = (a: number, b: number): number => a + b

function reduce(n: number, identity: number, step: (s: number, i: number) => number, merge: (a: number, b: number) => number): number {
  return leaves(n, (start, end) => block(start, end, identity, step, merge), merge, identity)
}

function sum(x: Numbers): number {
  return reduce(x.length, 0, (s, i) => s + x[i]!, add)
}

type Moments = readonly [n: number, mean: number, m2: number]

function variance(x: Numbers): number {
  const leaf = (start: number, end: number): Moments => {
    const n = end - start
    const c = block(start, end, 0, (s, i) => s + x[i]!, add) / n
    const d = block(start, end, 0, (s, i) => s + (x[i]! - c), add)
    const q = block(start, end, 0, (s, i) => s + (x[i]! - c) * (x[i]! - c), add)
    return [n, c + d / n, q - (d * d) / n]
  }
  const merge = ([na, ma, qa]: Moments, [nb, mb, qb]: Moments): Moments => {
    const n = na + nb
    const delta = mb - ma
    return [n, ma + delta * (nb / n), qa + qb + delta * delta * (na * (nb / n))]
  }
  return leaves(x.length, leaf, merge, [0, 0, 0])[2] / x.length
}

/** Several kernels in one, and kernels of several doubles: written once more for the stamped loops, from the same document. */
const root = (kernel: ReductionName, x: Numbers): readonly number[] => referenceRoot(kernel, x)

function norm(x: Numbers): number {
  const [s, scale] = root('euclideanNorm', x)
  return Math.sqrt(s!) * scale!
}

function logSumExp(x: Numbers): number {
  const [highest, s] = root('logSumExp', x)
  return Number.isFinite(highest) ? highest! + log1p(s! - 1) : highest! + s!
}

function describe(x: Numbers): Record<string, number> {
  const n = x.length
  const [, , m2, m3, m4, min, max] = root('describe', x) as [number, number, number, number, number, number, number]
  const v = m2 / n
  return { count: n, mean: sum(x) / n, variance: variance(x), skewness: m3 / n / (v * Math.sqrt(v)), kurtosis: m4 / n / (v * v) - 3, min, max }
}

const min = (x: Numbers): number => reduce(x.length, Infinity, (s, i) => Math.min(s, x[i]!), Math.min)
const max = (x: Numbers): number => reduce(x.length, -Infinity, (s, i) => Math.max(s, x[i]!), Math.max)

/** Zeros have no sign here: either may stand for the other. */
const sorted = (x: Numbers): Float64Array => Float64Array.from(x, (value) => value + 0).sort()

function middle(x: Numbers): number {
  const numbers = sorted(x)
  if (Number.isNaN(numbers.at(-1))) return NaN
  const [a, b] = [numbers[Math.floor((x.length - 1) / 2)]!, numbers[Math.ceil((x.length - 1) / 2)]!]
  return Number.isFinite(a + b) || !Number.isFinite(a) || !Number.isFinite(b) ? (a + b) / 2 : a / 2 + b / 2
}

function quantile(x: Numbers, q: number): number {
  const numbers = sorted(x)
  if (Number.isNaN(numbers.at(-1))) return NaN
  const h = (x.length - 1) * q
  const t = h - Math.floor(h)
  const [a, b] = [numbers[Math.floor(h)]!, numbers[Math.ceil(h)]!]
  if (t === 0 || a === b) return a
  if (!Number.isFinite(b - a)) return a * (1 - t) + b * t
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t)
}

/** The value of a sum and its correction. */
function corrected(kernel: ReductionName, x: Numbers, y?: Numbers): number {
  const [s, c] = referenceRoot(kernel, x, y) as [number, number]
  return Number.isNaN(s + c) ? s : s + c
}

export type Answer = number | boolean | Readonly<Record<string, number>>

export const reference: Record<string, (x: Numbers, y: Numbers) => Answer> = {
  sum,
  sumOfSquares: (x) => reduce(x.length, 0, (s, i) => s + x[i]! * x[i]!, add),
  dot: (x, y) => reduce(x.length, 0, (s, i) => s + x[i]! * y[i]!, add),
  mean: (x) => sum(x) / x.length,
  min,
  max,
  variance,
  compensatedSum: (x) => corrected('compensatedSum', x),
  compensatedSumOfSquares: (x) => corrected('compensatedSumOfSquares', x),
  compensatedDot: (x, y) => corrected('compensatedDot', x, y),
  compensatedMean: (x) => corrected('compensatedSum', x) / x.length,
  compensatedNorm: (x) => Math.sqrt(corrected('compensatedSumOfSquares', x)),
  standardDeviation: (x) => Math.sqrt(variance(x)),
  minMax: (x) => ({ min: min(x), max: max(x) }),
  argMin: (x) => root('argMin', x)[1]!,
  argMax: (x) => root('argMax', x)[1]!,
  norm,
  norm1: (x) => reduce(x.length, 0, (s, i) => s + Math.abs(x[i]!), add),
  normInfinity: (x) => reduce(x.length, 0, (s, i) => Math.max(s, Math.abs(x[i]!)), Math.max),
  product: (x) => reduce(x.length, 1, (s, i) => s * x[i]!, (a, b) => a * b),
  countNonzero: (x) => [...x].filter((x) => x !== 0).length,
  hasNaN: (x) => x.some(Number.isNaN),
  logSumExp,
  describe,
  median: (x) => middle(x),
  quantile: (x) => quantile(x, 0.3),
}
