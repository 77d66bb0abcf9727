/** Reductions: many numbers to one. Every loop is written out, so that each has machine code of its own. */
import { argMaxSync, describeSync, dotSync, maxSync, meanSync, minSync, sumOfSquaresSync, sumSync, varianceSync } from '../../index.ts'
import { fill, near, type Case } from '../case.ts'

const sizes = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
const quickSizes = [100, 1e6]

interface One<T extends Float64Array | Float32Array | Int32Array = Float64Array> {
  readonly x: T
  /** The answer by other means, computed when it is first asked for. */
  wanted?: number
}

const one = <T extends Float64Array | Float32Array>(Class: new (n: number) => T) => (n: number): One<T> => ({ x: fill(new Class(n)) })
const common = { group: 'reductions', sizes, quickSizes } as const

/** Neumaier's sum: good to the last digits for data like ours. */
function careful(n: number, term: (i: number) => number): number {
  let [sum, rest] = [0, 0]
  for (let i = 0; i < n; i++) {
    const value = term(i)
    const next = sum + value
    rest += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + rest
}

function exactSum(x: Int32Array): number {
  let total = 0n
  for (let i = 0; i < x.length; i += 65_536) total += BigInt(x.subarray(i, i + 65_536).reduce((a, b) => a + b, 0))
  return Number(total)
}

/** Relative to n, about twice the sum of the absolute values of numbers from −1 to 1. Floats may be summed in single precision by others. */
function checkSum(value: unknown, data: One<Float64Array | Float32Array>, term: (i: number) => number, what: string): void {
  const n = data.x.length
  data.wanted ??= careful(n, term)
  near(Number(value) + n, data.wanted + n, data.x instanceof Float32Array ? 1e-4 : 1e-9, what)
}

const sum64: Case<One> = {
  ...common,
  name: 'sum f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => sumSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]!
    return total
  },
  check: (value, data) => checkSum(value, data, (i) => data.x[i]!, 'sum'),
  share: ({ x }) => ({ x }),
}

const sum32: Case<One<Float32Array>> = {
  ...common,
  name: 'sum f32',
  bytes: (n) => 4 * n,
  make: one(Float32Array),
  ours: ({ x }) => sumSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]!
    return total
  },
  check: (value, data) => checkSum(value, data, (i) => data.x[i]!, 'sum'),
  share: ({ x }) => ({ x }),
}

const sumOfSquares64: Case<One> = {
  ...common,
  name: 'sumOfSquares f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => sumOfSquaresSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]! * x[i]!
    return total
  },
  check: (value, data) => checkSum(value, data, (i) => data.x[i]! ** 2, 'sumOfSquares'),
  share: ({ x }) => ({ x }),
}

const sumOfSquares32: Case<One<Float32Array>> = {
  ...common,
  name: 'sumOfSquares f32',
  bytes: (n) => 4 * n,
  make: one(Float32Array),
  ours: ({ x }) => sumOfSquaresSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]! * x[i]!
    return total
  },
  check: (value, data) => checkSum(value, data, (i) => data.x[i]! ** 2, 'sumOfSquares'),
  share: ({ x }) => ({ x }),
}

interface Two extends One {
  readonly y: Float64Array
}

const dot64: Case<Two> = {
  ...common,
  name: 'dot f64',
  sizes: [...sizes.slice(0, -1), 5e7],
  bytes: (n) => 16 * n,
  make: (n) => ({ x: fill(new Float64Array(n)), y: fill(new Float64Array(n), 2) }),
  ours: ({ x, y }) => dotSync(x, y),
  loop: ({ x, y }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!
    return total
  },
  check: (value, data) => checkSum(value, data, (i) => data.x[i]! * data.y[i]!, 'dot'),
  share: ({ x, y }) => ({ x, y }),
}

const mean64: Case<One> = {
  ...common,
  name: 'mean f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => meanSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]!
    return total / x.length
  },
  check: (value, data) => checkSum(Number(value) * data.x.length, data, (i) => data.x[i]!, 'mean'),
  share: ({ x }) => ({ x }),
}

/** The plain loops of selections and of the variance are what people write: none of them looks for NaN. */
const min64: Case<One> = {
  ...common,
  name: 'min f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => minSync(x),
  loop: ({ x }) => {
    let least = Infinity
    for (let i = 0; i < x.length; i++) if (x[i]! < least) least = x[i]!
    return least
  },
  check: (value, data) => near(value, (data.wanted ??= data.x.reduce((a, b) => Math.min(a, b))), 0, 'min'),
  share: ({ x }) => ({ x }),
}

const max64: Case<One> = {
  ...common,
  name: 'max f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => maxSync(x),
  loop: ({ x }) => {
    let most = -Infinity
    for (let i = 0; i < x.length; i++) if (x[i]! > most) most = x[i]!
    return most
  },
  check: (value, data) => near(value, (data.wanted ??= data.x.reduce((a, b) => Math.max(a, b))), 0, 'max'),
  share: ({ x }) => ({ x }),
}

const max32: Case<One<Float32Array>> = {
  ...common,
  name: 'max f32',
  bytes: (n) => 4 * n,
  make: one(Float32Array),
  ours: ({ x }) => maxSync(x),
  loop: ({ x }) => {
    let most = -Infinity
    for (let i = 0; i < x.length; i++) if (x[i]! > most) most = x[i]!
    return most
  },
  check: (value, data) => near(value, (data.wanted ??= data.x.reduce((a, b) => Math.max(a, b))), 0, 'max'),
  share: ({ x }) => ({ x }),
}

const variance64: Case<One> = {
  ...common,
  name: 'variance f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => varianceSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]!
    const mean = total / x.length
    let squares = 0
    for (let i = 0; i < x.length; i++) squares += (x[i]! - mean) * (x[i]! - mean)
    return squares / x.length
  },
  check: (value, data) => {
    if (data.wanted === undefined) {
      const n = data.x.length
      const mean = careful(n, (i) => data.x[i]!) / n
      data.wanted = careful(n, (i) => (data.x[i]! - mean) ** 2) / n
    }
    near(value, data.wanted, 1e-9, 'variance')
  },
  share: ({ x }) => ({ x }),
}

const argMax64: Case<One> = {
  ...common,
  name: 'argMax f64',
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => argMaxSync(x),
  loop: ({ x }) => {
    let place = 0
    for (let i = 1; i < x.length; i++) if (x[i]! > x[place]!) place = i
    return place
  },
  check: (value, data) => near(value, (data.wanted ??= data.x.indexOf(data.x.reduce((a, b) => Math.max(a, b)))), 0, 'argMax'),
  share: ({ x }) => ({ x }),
}

interface Moments extends One {
  moments?: number[]
}

/** Mean, variance, skewness, excess kurtosis, least and largest, as everybody gives them. */
const describe64: Case<Moments> = {
  ...common,
  name: 'describe f64',
  // NumPy takes ten seconds for 1e8.
  sizes: sizes.slice(1, -1),
  bytes: (n) => 8 * n,
  make: one(Float64Array),
  ours: ({ x }) => {
    const { mean, variance, skewness, kurtosis, min, max } = describeSync(x)
    return [mean, variance, skewness, kurtosis, min, max]
  },
  loop: ({ x }) => {
    let [total, least, most] = [0, Infinity, -Infinity]
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!
      total += value
      if (value < least) least = value
      if (value > most) most = value
    }
    const mean = total / x.length
    let [second, third, fourth] = [0, 0, 0]
    for (let i = 0; i < x.length; i++) {
      const d = x[i]! - mean
      const square = d * d
      second += square
      third += square * d
      fourth += square * square
    }
    const variance = second / x.length
    return [mean, variance, third / x.length / variance ** 1.5, fourth / x.length / variance ** 2 - 3, least, most]
  },
  check: (value, data) => {
    if (data.moments === undefined) {
      const { x } = data
      const n = x.length
      const mean = careful(n, (i) => x[i]!) / n
      const [second, third, fourth] = [2, 3, 4].map((power) => careful(n, (i) => (x[i]! - mean) ** power) / n) as [number, number, number]
      data.moments = [mean, second, third / second ** 1.5, fourth / second ** 2 - 3, x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b))]
    }
    const got = value as ArrayLike<number>
    // All of them are below 10, and means and skewness near 0: errors count from 1 on.
    for (const [k, wanted] of data.moments.entries()) near(got[k]! + 10, wanted + 10, 1e-9, `moment ${k}`)
  },
  share: ({ x }) => ({ x }),
}

/** Integers whose squares pass 2^53 when summed: the plain loop that gives the same answer keeps two parts. */
const integers = (n: number): One<Int32Array> => ({ x: Int32Array.from({ length: n }, (_, i) => Math.imul(i, 2_654_435_761) | 0) })

const sumInt32: Case<One<Int32Array>> = {
  ...common,
  name: 'sum int32',
  bytes: (n) => 4 * n,
  make: integers,
  ours: ({ x }) => sumSync(x),
  loop: ({ x }) => {
    let total = 0
    for (let i = 0; i < x.length; i++) total += x[i]!
    return total
  },
  check: (value, data) => near(value, (data.wanted ??= exactSum(data.x)), 0, 'sum'),
  share: ({ x }) => ({ x }),
}

const sumOfSquaresInt32: Case<One<Int32Array>> = {
  ...common,
  name: 'sumOfSquares int32',
  sizes: sizes.slice(0, -1),
  bytes: (n) => 4 * n,
  make: (n) => ({ x: integers(n).x.map((value) => value >> 12) }),
  ours: ({ x }) => sumOfSquaresSync(x),
  loop: ({ x }) => {
    // Exact as long as a part stays below 2^53: 2^13 squares of up to 2^40 at a time.
    let [high, low] = [0, 0]
    for (let i = 0; i < x.length; i++) {
      low += x[i]! * x[i]!
      if ((i & 8191) === 8191) {
        const carry = Math.floor(low / 4294967296)
        high += carry
        low -= carry * 4294967296
      }
    }
    return high * 4294967296 + low
  },
  check: (value, data) => near(value, (data.wanted ??= careful(data.x.length, (i) => data.x[i]! ** 2)), 1e-15, 'sumOfSquares'),
  share: ({ x }) => ({ x }),
}

export const reductionCases = [
  sum64, sum32, sumOfSquares64, sumOfSquares32, dot64, mean64, min64, max64, max32, argMax64, variance64, describe64, sumInt32, sumOfSquaresInt32,
] as unknown as readonly Case[]
