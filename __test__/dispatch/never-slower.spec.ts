/**
 * Promise 2 as far as it can be told without a clock: at no length does the planner choose a way that it predicts to be slower than the TypeScript loop. A table with a wrong figure, or
 * a planner that doesn't heed it, shows here; whether the figures are the machine's, scripts/sweep.mjs measures.
 */
import test, { type ExecutionContext } from 'ava'
import { elementTypes, type ElementTypeName } from '../../src/common/arrays.ts'
import { inlineCost, kernelCosts } from '../../src/dispatch/cost.ts'
import { exactCost } from '../../src/dispatch/exact.ts'
import { definiteCost, gramCost, matmulCost, matvecCost } from '../../src/dispatch/linear-algebra-cost.ts'
import { floatLimits, mapCall, mapCost, shortCost, shortInlineLimit, shortLimits } from '../../src/dispatch/map-cost.ts'
import { argSortCost, cumulativeSumCost, histogramCost, selectCost, sortCost, topKCost } from '../../src/dispatch/ordering-cost.ts'
import { plan, planPieces, type Plan } from '../../src/dispatch/plan.ts'
import { randomCost, type RandomKind } from '../../src/dispatch/random-cost.ts'
import type { ExactName } from '../../src/kernels/exact/index.ts'
import { mapNames } from '../../src/kernels/map-table.ts'
import type { ReductionName } from '../../src/kernels/table.ts'

/** 1 … 1e8, some ten steps a power of ten, and both sides of the limits in the tables. */
const lengths = [...new Set([
  ...Array.from({ length: 81 }, (_, i) => Math.round(10 ** (i / 10))),
  ...Object.values(kernelCosts).flatMap(({ inlineLimit }) => [inlineLimit - 1, inlineLimit, inlineLimit + 1]),
  ...floatLimits.flatMap((limit) => [limit, limit + 1]),
  12, 13, 16, 17, 40, 41, 1024, 1025, 32_768, 32_769,
])].sort((a, b) => a - b)

const situations = (['native', 'workers'] as const).flatMap((backend) => (['sync', 'promise'] as const).flatMap((form) => [1, 2, 4, 64].flatMap((threads) => (
  [true, false].map((stable) => ({ backend, form, threads, stable }))))))

const bytesOf = (type: ElementTypeName): number => (type.endsWith('64') ? 8 : type.endsWith('32') ? 4 : type.endsWith('16') ? 2 : 1)

interface Cost {
  readonly inline: number
  readonly native: number
}

function holds(t: ExecutionContext, what: string, { microseconds }: Plan, inline: number): void {
  // Where memory sets the pace of both languages, the native way costs its call more: some 100 ns beside a millisecond.
  t.true(microseconds * 1000 <= inline * (1 + 1e-4), `${what}: ${microseconds} µs, and the loop takes ${inline / 1000}`)
}

/** A call that is cut into pieces, in every situation. */
function neverSlower(t: ExecutionContext, what: string, cost: (n: number) => Cost, bytes: number): void {
  for (const n of lengths) {
    const nanoseconds = cost(n)
    for (const { stable, ...situation } of situations) {
      const planned = planPieces({ nanoseconds, bytes: n * bytes, pieces: Math.ceil(n / 16_384), stable, shared: stable, offThread: true, ...situation })
      holds(t, `${what} of ${n}, ${JSON.stringify({ ...situation, stable })}`, planned, inlineCost(nanoseconds.inline, n * bytes))
    }
  }
}

test('reductions of floats', (t) => {
  for (const [name, { inline }] of Object.entries(kernelCosts)) {
    const kernel = name as ReductionName
    const inputs = kernel === 'dot' || kernel === 'compensatedDot' ? 2 : 1
    for (const size of [4, 8]) {
      for (const elements of lengths) {
        for (const { stable, ...situation } of situations) {
          const planned = plan({ kernel, elements, elementBytes: size * inputs, memory: stable ? 'stable' : 'plain', ...situation })
          holds(t, `${kernel} of ${elements}, ${JSON.stringify(situation)}`, planned, inlineCost(elements * inline, elements * size * inputs))
        }
      }
    }
  }
})

test('exact reductions', (t) => {
  for (const kernel of ['sum', 'sumOfSquares', 'dot', 'min', 'max', 'minMax', 'moments', 'countNonzero'] satisfies ExactName[]) {
    for (const type of elementTypes) {
      const { inline, native } = exactCost(kernel, type, bytesOf(type))
      neverSlower(t, `${kernel} of ${type}`, (n) => ({ inline: n * inline, native: n * native }), bytesOf(type) * (kernel === 'dot' ? 2 : 1))
    }
  }
})

test('elementwise functions', (t) => {
  for (const kernel of mapNames) {
    for (const type of elementTypes) {
      for (const out of new Set<ElementTypeName>([type, 'float64'])) {
        const cost = mapCost(kernel, type, out)
        neverSlower(t, `${kernel} of ${type}`, (n) => ({ inline: n * cost.inline, native: n * cost.native + mapCall }), 2 * bytesOf(type) + bytesOf(out))
      }
    }
    // The shortest way goes native where the planner would.
    for (const [type, out] of [['float64', 'float64'], ['float32', 'float32'], ['int8', 'int8'], ['uint32', 'float64'], ['bigint64', 'bigint64']] as const) {
      const routeOf = (n: number): string => planPieces({ nanoseconds: shortCost(kernel, n, type, out), bytes: 24 * n, pieces: 1, stable: true, shared: false, offThread: true, backend: 'native', threads: 2, form: 'sync' }).route
      const [limit, most] = [shortInlineLimit(kernel, type, out), shortLimits[mapNames.indexOf(kernel)]!]
      t.deepEqual([limit, limit + 2, most].map(routeOf), ['inline', 'serial', 'serial'], `${kernel} of ${type}`)
    }
  }
})

test('order', (t) => {
  for (const type of elementTypes) {
    const bytes = 2 * bytesOf(type)
    neverSlower(t, `sort of ${type}`, (n) => sortCost(n, type), bytes)
    neverSlower(t, `argSort of ${type}`, (n) => argSortCost(n, type), bytes)
    neverSlower(t, `cumulativeSum of ${type}`, (n) => cumulativeSumCost(n, type), bytes)
    for (const k of [1, 10, 16, 17, 1000, 1025]) neverSlower(t, `topK ${k} of ${type}`, (n) => topKCost(n, Math.min(k, n), type), bytesOf(type))
    for (const bins of [1, 10, 1000]) neverSlower(t, `histogram ${bins} of ${type}`, (n) => histogramCost(n, bins, type), bytesOf(type))
    neverSlower(t, `quantile of ${type}`, selectCost, bytesOf(type))
  }
})

test('linear algebra', (t) => {
  const sides = (n: number): number => Math.max(1, Math.round(Math.sqrt(n)))
  neverSlower(t, 'matvec', (n) => matvecCost(sides(n), sides(n)), 8)
  neverSlower(t, 'matmul', (n) => matmulCost(sides(n), sides(n), sides(n)), 24)
  neverSlower(t, 'gram', (n) => gramCost(sides(n), sides(n), 0), 16)
  neverSlower(t, 'gram of few columns', (n) => gramCost(n, 3, 1), 24)
  neverSlower(t, 'choleskySolve', (n) => definiteCost(sides(n), 1), 8)
})

test('random numbers', (t) => {
  for (const kind of ['uniform', 'normal', 'integers', 'permutation'] satisfies RandomKind[]) for (const bytes of [1, 4, 8]) neverSlower(t, kind, (n) => randomCost(kind, n), bytes)
})

test('what is long is never left to one loop on the native backend', (t) => {
  const n = 1e8
  for (const name of Object.keys(kernelCosts)) {
    t.is(plan({ kernel: name as ReductionName, elements: n, elementBytes: 8, memory: 'stable', backend: 'native', threads: 2, form: 'sync' }).route, 'parallel', name)
  }
  for (const kernel of mapNames) {
    const { inline, native } = mapCost(kernel, 'float64', 'float64')
    t.is(planPieces({ nanoseconds: { inline: n * inline, native: n * native }, bytes: 24 * n, pieces: 100, stable: true, shared: true, offThread: true, backend: 'native', threads: 2, form: 'sync' }).route, 'parallel', kernel)
  }
})
