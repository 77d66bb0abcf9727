/** Sorting, selecting, counting, running sums. */
import { argSortSync, cumulativeSumSync, histogramSync, medianSync, quantileSync, sortSync, topKSync } from '../../index.ts'
import { fill, near, nearArrays, type Case } from '../case.ts'

const common = { group: 'order', sizes: [100, 1e4, 1e5, 1e6, 1e7], quickSizes: [1e4, 1e6] } as const

interface Numbers {
  readonly x: Float64Array
  sorted?: Float64Array
}

const numbers = (n: number): Numbers => ({ x: fill(new Float64Array(n)) })
const sortedOf = (data: Numbers): Float64Array => (data.sorted ??= data.x.slice().sort())
const share = ({ x }: Numbers) => ({ x })

const sort64: Case<Numbers> = {
  ...common,
  name: 'sort f64',
  make: numbers,
  ours: ({ x }) => sortSync(x),
  loop: ({ x }) => x.slice().sort(),
  check: (value, data) => nearArrays(value, (i) => sortedOf(data)[i]!, data.x.length, 0, 'sort'),
  share,
}

const argSort64: Case<Numbers> = {
  ...common,
  name: 'argSort f64',
  sizes: [100, 1e4, 1e5, 1e6],
  make: numbers,
  ours: ({ x }) => argSortSync(x),
  loop: ({ x }) => Uint32Array.from(x.keys()).sort((a, b) => x[a]! - x[b]! || a - b),
  check: (value, data) => {
    const places = value as ArrayLike<number>
    nearArrays(places, (i) => sortedOf(data)[i]!, data.x.length, 0, 'argSort', (place) => data.x[place]!)
  },
  share,
}

const quantile64: Case<Numbers> = {
  ...common,
  name: 'quantile f64',
  make: numbers,
  ours: ({ x }) => quantileSync(x, 0.9),
  loop: ({ x }) => {
    const sorted = x.slice().sort()
    const place = 0.9 * (x.length - 1)
    const below = Math.floor(place)
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!)
  },
  check: (value, data) => {
    const sorted = sortedOf(data)
    const place = 0.9 * (sorted.length - 1)
    const below = Math.floor(place)
    near(value, sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!), 1e-9, 'quantile')
  },
  share,
}

const median64: Case<Numbers> = {
  ...common,
  name: 'median f64',
  make: numbers,
  ours: ({ x }) => medianSync(x),
  loop: ({ x }) => {
    const sorted = x.slice().sort()
    const half = sorted.length >> 1
    return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  },
  check: (value, data) => {
    const sorted = sortedOf(data)
    const half = sorted.length >> 1
    near(value, sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2, 1e-9, 'median')
  },
  share,
}

const BINS = 50

const histogram64: Case<Numbers & { counts?: Float64Array }> = {
  ...common,
  name: 'histogram f64',
  make: numbers,
  ours: ({ x }) => histogramSync(x, { bins: BINS, range: [-1, 1] }).counts,
  loop: ({ x }) => {
    const counts = new Float64Array(BINS)
    for (let i = 0; i < x.length; i++) counts[Math.min(BINS - 1, Math.floor((x[i]! + 1) * (BINS / 2)))]!++
    return counts
  },
  check: (value, data) => {
    const got = Float64Array.from(value as ArrayLike<number>)
    near(got.reduce((a, b) => a + b), data.x.length, 0, 'histogram, all counts')
    // An element that lies on an edge but for rounding may be counted on either side of it.
    data.counts ??= got
    for (let k = 0; k < BINS; k++) if (Math.abs(got[k]! - data.counts[k]!) > 2) throw new Error(`histogram: bin ${k} has ${got[k]}, others have ${data.counts[k]}`)
  },
  share,
}

const cumulativeSum64: Case<Numbers & { sums?: Float64Array }> = {
  ...common,
  name: 'cumulativeSum f64',
  bytes: (n) => 16 * n,
  make: numbers,
  ours: ({ x }) => cumulativeSumSync(x),
  loop: ({ x }) => {
    const out = new Float64Array(x.length)
    let total = 0
    for (let i = 0; i < x.length; i++) {
      total += x[i]!
      out[i] = total
    }
    return out
  },
  check: (value, data) => {
    const { x } = data
    let total = 0
    const wanted = (data.sums ??= x.map((next) => (total += next)))
    nearArrays(value, (i) => wanted[i]! + x.length, x.length, 1e-9, 'cumulativeSum', (got) => got + x.length)
  },
  share,
}

const topK64: Case<Numbers> = {
  ...common,
  name: 'topK f64',
  make: numbers,
  ours: ({ x }) => topKSync(x, Math.min(10, x.length)).values,
  loop: ({ x }) => x.slice().sort().subarray(-Math.min(10, x.length)).reverse(),
  check: (value, data) => nearArrays(value, (i) => sortedOf(data).at(-1 - i)!, Math.min(10, data.x.length), 0, 'topK'),
  share,
}

export const orderCases = [sort64, argSort64, quantile64, median64, histogram64, cumulativeSum64, topK64] as unknown as readonly Case[]
