/** Reductions against values that were computed exactly, on each backend. */
import { readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import {
  argMaxSync, argMinSync, countNonzeroSync, describeSync, hasNaNSync, logSumExpSync, maxSync, meanSync, minMaxSync, minSync, normSync, productSync,
  standardDeviationSync, varianceSync,
} from 'manycore'
import { backends, on } from '../support/backends.ts'
import { readNpy } from '../support/npy.ts'

type Floats = Float64Array | Float32Array
type Value = { f64: number | string }

const folder = new URL('../fixtures/', import.meta.url)
const json = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as T

/** Numbers that JSON can't hold are strings there. */
const number = (value: number | string): number => Number(value)

const U = 2 ** -53

function near(t: ExecutionContext, what: string, got: number, wanted: number, limit: number): void {
  t.true(Object.is(got, wanted) || Math.abs(got - wanted) <= limit, `${what}: ${got} instead of ${wanted}, off by more than ${limit}`)
}

interface Reduction {
  name: string
  x: { file: string }
  sum_abs: Value
  norm2?: Value
  mean?: Value
  var_population?: Value
  sd_population?: Value
  sd_sample?: Value
  min?: number | string
  max?: number | string
}

const { cases } = json<{ cases: Reduction[] }>('reductions/reductions.json')

for (const backend of backends) {
  test(`norms, standard deviations and extremes of the fixtures, ${backend}`, (t) => {
    for (const { name, x: { file }, ...truth } of cases) {
      const x = readNpy(new URL(`reductions/${file}`, folder)).data as Floats
      on(backend, () => {
        const additions = 155 * U
        near(t, `${name}: norm 1`, normSync(x, { ord: 1 }), number(truth.sum_abs.f64), additions * number(truth.sum_abs.f64))
        if (truth.norm2 !== undefined) {
          const wanted = number(truth.norm2.f64)
          // Subnormal results are rounded once more.
          near(t, `${name}: norm 2`, normSync(x), wanted, 80 * U * wanted + 2 ** -1074)
        }
        if (truth.sd_population !== undefined && truth.var_population !== undefined) {
          const wanted = number(truth.sd_population.f64)
          const mean = Math.abs(number(truth.mean?.f64 ?? 0))
          const limit = 400 * U * wanted + 155 * U * mean + Math.sqrt(2 ** -1074)
          near(t, `${name}: deviation`, standardDeviationSync(x), wanted, limit)
          if (truth.sd_sample !== undefined) near(t, `${name}: sample deviation`, standardDeviationSync(x, { ddof: 1 }), number(truth.sd_sample.f64), 2 * limit)
        }
        if (truth.min !== undefined && truth.max !== undefined) {
          const [min, max] = [number(truth.min), number(truth.max)]
          t.deepEqual(minMaxSync(x), { min, max })
          if (!Number.isNaN(min)) {
            t.is(argMinSync(x), [...x].findIndex((v) => v === min))
            t.is(argMaxSync(x), [...x].findIndex((v) => v === max))
          }
          t.is(normSync(x, { ord: Infinity }), Math.max(Math.abs(min), Math.abs(max)))
        }
      })
    }
  })

  test(`special values, ${backend}`, (t) => {
    interface Special {
      name: string
      x: (number | string)[]
      norm2_exact_rounded: number | string | null
      numpy_prod: number | string
      numpy_argmin: number
      numpy_argmax: number
    }
    for (const item of json<{ cases: Special[] }>('special/special.json').cases) {
      const x = Float64Array.from(item.x, number)
      on(backend, () => {
        if (item.norm2_exact_rounded !== null) {
          const wanted = number(item.norm2_exact_rounded)
          near(t, `${item.name}: norm`, normSync(x), wanted, 3 * U * Math.abs(wanted) + 2 ** -1074)
        }
        const wanted = number(item.numpy_prod)
        near(t, `${item.name}: product`, productSync(x), wanted, x.length * U * Math.abs(wanted))
        if (x.length > 0) {
          t.is(argMinSync(x), item.numpy_argmin, item.name)
          t.is(argMaxSync(x), item.numpy_argmax, item.name)
        }
        t.is(hasNaNSync(x), x.some(Number.isNaN))
        t.is(countNonzeroSync(x), [...x].filter((v) => v !== 0).length)
      })
    }
  })

  test(`NIST's univariate data, ${backend}`, (t) => {
    for (const name of ['NumAcc1', 'NumAcc2', 'NumAcc3', 'NumAcc4', 'Lew', 'Lottery', 'Mavro', 'Michelso', 'PiDigits']) {
      let item: { x?: number[]; y?: number[]; data?: number[]; exact_from_float64_inputs_25_digits: { mean: string; sd: string } }
      try {
        item = json(`nist/univariate_${name}.json`)
      } catch {
        continue
      }
      const x = Float64Array.from((item.data ?? item.y ?? item.x)!)
      const { mean, sd } = item.exact_from_float64_inputs_25_digits
      on(backend, () => {
        near(t, `${name}: mean`, meanSync(x), Number(mean), 40 * U * Math.abs(Number(mean)))
        near(t, `${name}: deviation`, standardDeviationSync(x, { ddof: 1 }), Number(sd), 40 * U * Number(sd))
        near(t, `${name}: described variance`, describeSync(x, { ddof: 1 }).variance, Number(sd) ** 2, 80 * U * Number(sd) ** 2)
      })
    }
  })

  /** Integers k and `k / 1024 + offset`, exact in doubles, so that BigInt gives the truth. */
  test(`moments of offset data to the stated accuracy, ${backend}`, (t) => {
    const n = 20_011
    for (const shape of ['flat', 'skewed'] as const) {
      const k = Array.from({ length: n }, (_, i) => ((i * i * 7919) % 10_007) ** (shape === 'flat' ? 1 : 2))
      const total = k.reduce((sum, v) => sum + BigInt(v), 0n)
      /** Σ (k − mean)^p as a double, from exact integers. */
      const moment = (p: number): number => {
        const scaled = k.reduce((sum, v) => sum + (BigInt(n) * BigInt(v) - total) ** BigInt(p), 0n)
        return Number((scaled * 10n ** 30n) / BigInt(n) ** BigInt(p)) / 1e30 / 1024 ** p
      }
      const absolute = (p: number): number => {
        const mean = Number(total) / n
        return k.reduce((sum, v) => sum + (Math.abs(v - mean) / 1024) ** p, 0)
      }
      const [m2, m3, m4] = [moment(2), moment(3), moment(4)]
      for (const offset of [0, 1e3, 1e6, 1e9]) {
        const x = Float64Array.from(k, (v) => v / 1024 + offset)
        const kappa = Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / m2)
        const got = on(backend, () => describeSync(x))
        const bound = (p: number): number => p * (140 + kappa * 3) * U
        near(t, `${shape} ${offset}: variance`, got.variance, m2 / n, bound(2) * (m2 / n))
        const scale = (m2 / n) ** 1.5
        near(t, `${shape} ${offset}: skewness`, got.skewness, m3 / n / scale, (bound(3) * absolute(3)) / n / scale + 1.5 * bound(2) * Math.abs(m3 / n / scale))
        const squared = (m2 / n) ** 2
        near(t, `${shape} ${offset}: kurtosis`, got.kurtosis, m4 / n / squared - 3, (bound(4) + 2 * bound(2)) * (m4 / n / squared))
        t.is(got.mean, meanSync(x))
        t.is(got.variance, varianceSync(x))
        t.is(got.min, minSync(x))
        t.is(got.max, maxSync(x))
      }
    }
  })

  test(`log Σ e^x against sixty digits, ${backend}`, (t) => {
    const recipes: Record<string, (k: number, i: number) => number> = {
      small: (k) => k / 1024 - 5,
      large: (k) => k * 0.5 + 1000,
      huge: (k, i) => (i % 2 === 1 ? -1e308 : 1e308 - k),
      offset: (k) => 1e6 + k / 1024,
      equal: () => 0.1,
      infinite: (k, i) => (i % 3 !== 0 ? -Infinity : k / 512),
    }
    const truth = json<{ cases: { recipe: string; n: number; value: number }[] }>('../vectors/log-sum-exp.json')
    for (const { recipe, n, value } of truth.cases) {
      const x = Float64Array.from({ length: n }, (_, i) => recipes[recipe]!((i * i * 7919) % 10_007, i))
      near(t, `${recipe} ${n}`, on(backend, () => logSumExpSync(x)), value, 190 * U + U * Math.abs(value))
    }
  })
}
