/** The kernels against values that were computed exactly, independently of this project (fixtures/README.md). */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { inlineReduce } from '../../src/kernels/index.ts'
import { readNpy } from '../support/npy.ts'
import type { Floats } from './reference.ts'

const folder = new URL('../fixtures/', import.meta.url)

interface Value {
  f64: number | string
}
interface Reduction {
  name: string
  x: { file: string; n: number }
  y?: { file: string; n: number }
  sum: Value
  sum_abs: Value
  sum_sq: Value
  mean?: Value
  var_population?: Value
  min?: number | string
  max?: number | string
  dot?: Value
}

const { cases } = JSON.parse(readFileSync(new URL('reductions/reductions.json', folder), 'utf8')) as { cases: Reduction[] }

const read = (file: string): Floats => readNpy(new URL(`reductions/${file}`, folder)).data as Floats

/** Numbers that JSON can't hold are strings there. */
const number = (value: number | string): number => Number(value)

const EPSILON = 2 ** -53
const TINY = 2 ** -1074

/**
 * Most that the fixed order may be off: an element meets at most 128 additions in its lane, 5 in the fold and 21 in the tree of 2^21
 * blocks, each off by half a unit in the last place of a partial sum of the absolute values; one more for a product.
 */
const bound = (absolute: number): number => 155 * EPSILON * absolute + TINY

for (const { name, x: xFile, y: yFile, ...truth } of cases) {
  test(`${name}: sum, sum of squares, dot, variance`, (t) => {
    const x = read(xFile.file)
    t.is(x.length, xFile.n)
    const near = (what: string, got: number, wanted: number, limit: number): void => {
      t.true(Object.is(got, wanted) || Math.abs(got - wanted) <= limit, `${what}: ${got} instead of ${wanted}, off by more than ${limit}`)
    }
    near('sum', inlineReduce('sum', x, undefined), number(truth.sum.f64), bound(number(truth.sum_abs.f64)))
    const squares = number(truth.sum_sq.f64)
    // Each square may lose half of the least subnormal.
    near('sumOfSquares', inlineReduce('sumOfSquares', x, undefined), squares, bound(squares) + x.length * TINY)
    if (yFile !== undefined && truth.dot !== undefined) {
      const y = read(yFile.file)
      let absolute = 0
      for (let i = 0; i < x.length; i++) absolute += Math.abs(x[i]! * y[i]!)
      near('dot', inlineReduce('dot', x, y), number(truth.dot.f64), bound(absolute) + x.length * TINY)
    }
    if (truth.var_population !== undefined) {
      const variance = number(truth.var_population.f64)
      // Relative to the variance, the two-pass method loses what the mean's own rounding adds: (ε·|mean|)².
      const mean = Math.abs(number(truth.mean?.f64 ?? 0))
      near('variance', inlineReduce('variance', x, undefined) / x.length, variance, 400 * EPSILON * variance + (155 * EPSILON * mean) ** 2 + TINY)
    }
    if (truth.min !== undefined) t.is(inlineReduce('min', x, undefined), number(truth.min))
    if (truth.max !== undefined) t.is(inlineReduce('max', x, undefined), number(truth.max))
  })
}

interface Special {
  name: string
  x: (number | string)[]
  'sum_exact_rounded (Math.sumPrecise rules)': number | string
  js_Math_min: number | string
  js_Math_max: number | string
  sum_of_squares_exact_rounded: number | string | null
}

const special = JSON.parse(readFileSync(new URL('special/special.json', folder), 'utf8')) as { cases: Special[] }

for (const item of special.cases) {
  test(`special: ${item.name}`, (t) => {
    const x = Float64Array.from(item.x, number)
    t.is(inlineReduce('min', x, undefined), number(item.js_Math_min))
    t.is(inlineReduce('max', x, undefined), number(item.js_Math_max))
    // Lanes start at +0, so that a sum is never -0.
    const sum = number(item['sum_exact_rounded (Math.sumPrecise rules)']) + 0
    const got = inlineReduce('sum', x, undefined)
    const absolute = x.reduce((total: number, v) => total + Math.abs(v), 0)
    t.true(Object.is(got, sum) || Math.abs(got - sum) <= bound(absolute), `sum: ${got} instead of ${sum}`)
    const squares = item.sum_of_squares_exact_rounded
    if (squares !== null) t.is(inlineReduce('sumOfSquares', x, undefined), number(squares))
  })
}
