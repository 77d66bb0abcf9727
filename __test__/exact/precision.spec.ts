/** `precision`: exact results are the rational truth rounded once; compensated ones lie within their bound of it. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import * as manycore from 'manycore'
import { range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { readNpy } from '../support/npy.ts'
import { nearest, ratioOf, sumOf, type Ratio } from './reference.ts'

type Floats = Float64Array | Float32Array
type Call = (...parameters: unknown[]) => unknown
const library = manycore as unknown as Record<string, Call>

const product = (a: Ratio, b: Ratio): Ratio => ({ numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator })

/** What is not finite decides; else undefined. */
function special(terms: readonly number[]): number | undefined {
  const sum = terms.filter((term) => !Number.isFinite(term)).reduce((a, b) => a + b, 0)
  return Object.is(sum, 0) ? undefined : sum
}

/** The root of a fraction, rounded: the double whose neighbours' midpoints enclose it. */
function nearestRoot(square: Ratio): number {
  if (square.numerator === 0n) return 0
  // Scaled so that the integer root has 70 bits more than needed; its last bit says whether anything is left.
  let scale = 0n
  while ((square.numerator << (2n * scale)) / square.denominator < 1n << 140n) scale += 40n
  const scaled = (square.numerator << (2n * scale)) / square.denominator
  const inexact = scaled * square.denominator !== square.numerator << (2n * scale)
  let root = 1n << BigInt(Math.ceil(scaled.toString(2).length / 2))
  for (;;) {
    const next = (root + scaled / root) / 2n
    if (next >= root) break
    root = next
  }
  return nearest({ numerator: 2n * root + (inexact || root * root !== scaled ? 1n : 0n), denominator: 2n << scale })
}

function truth(x: Floats, y: Floats): Record<string, number> {
  const [a, b] = [[...x], [...y]]
  const values: Record<string, number> = {}
  const finite = a.every(Number.isFinite)
  const sum = special(a) ?? sumOf(a.map(ratioOf))
  const squares = finite ? sumOf(a.map(ratioOf).map((v) => product(v, v))) : undefined
  values['sum'] = typeof sum === 'number' ? sum : nearest(sum)
  if (a.length > 0) values['mean'] = typeof sum === 'number' ? sum : nearest({ numerator: sum.numerator, denominator: sum.denominator * BigInt(a.length) })
  values['sumOfSquares'] = squares === undefined ? special(a.map((v) => v * v))! : nearest(squares)
  values['norm'] = squares === undefined ? special(a.map((v) => v * v))! : nearestRoot(squares)
  const wild = a.map((v, i) => (Number.isFinite(v) && Number.isFinite(b[i]!) ? 0 : v * b[i]!))
  values['dot'] = special(wild) ?? nearest(sumOf(a.map((v, i) => product(ratioOf(v), ratioOf(b[i]!)))))
  return values
}

const parametersOf = (name: string, x: unknown, y: unknown, options: object): unknown[] => (name === 'dot' ? [x, y, options] : [x, options])

async function check(t: { is(a: unknown, b: unknown, message: string): unknown }, x: Floats, y: Floats, context: string): Promise<void> {
  for (const [name, wanted] of Object.entries(truth(x, y))) {
    for (const backend of backends) {
      const parameters = parametersOf(name, x, y, { precision: 'exact' })
      t.is(on(backend, () => library[`${name}Sync`]!(...parameters)), wanted, `${name} on ${backend}, ${context}`)
      t.is(await on(backend, () => library[name]!(...parameters)), wanted, `${name} on ${backend}, promised, ${context}`)
    }
  }
}

/** A generator of doubles whose exponents span `spread` bits, some zero. */
function generator(seed: number, spread: number): () => number {
  let state = seed | 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  return () => (next() < 0.02 ? 0 : (next() - 0.5) * 2 ** Math.round((next() - 0.5) * spread))
}

test('exact, whatever the exponents', async (t) => {
  for (const n of [0, 1, 2, 31, 32, 33, 100, 1024, 1057, 2100]) {
    for (const spread of [0, 20, 60, 200, 1000, 2000]) {
      const next = generator(n + spread + 1, spread)
      await check(t, Float64Array.from({ length: n }, next), Float64Array.from({ length: n }, next), `${n} doubles over ${spread} bits`)
      if (spread <= 200) await check(t, Float32Array.from({ length: n }, next), Float32Array.from({ length: n }, next), `${n} floats over ${spread} bits`)
    }
  }
})

test('exact, with any doubles at all', (t) => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 50 }), (pairs) => {
    const [x, y] = [Float64Array.from(pairs, ([a]) => a), Float64Array.from(pairs, ([, b]) => b)]
    for (const [name, wanted] of Object.entries(truth(x, y))) {
      for (const backend of backends) t.is(on(backend, () => library[`${name}Sync`]!(...parametersOf(name, x, y, { precision: 'exact' }))), wanted, `${name} on ${backend}`)
    }
  }), { numRuns: 300 })
})

test('exact: threads, slices and workers change nothing', async (t) => {
  const next = generator(9, 30)
  const plain = Float64Array.from({ length: 300_001 }, next)
  const shared = new Float64Array(new SharedArrayBuffer(plain.byteLength))
  shared.set(plain)
  const wanted = truth(plain, plain)
  for (const backend of backends) {
    for (const x of [plain, shared]) {
      for (const [name, value] of Object.entries(wanted)) {
        for (const threads of [1, 2, 7]) {
          const parameters = parametersOf(name, x, x, { precision: 'exact', threads })
          t.is(on(backend, () => library[`${name}Sync`]!(...parameters)), value, `${name} on ${backend}`)
          t.is(await on(backend, () => library[name]!(...parameters)), value, `${name} on ${backend}, promised`)
        }
      }
    }
  }
})

test('the sum is rounded once: ties, tiny rests, overflow on the way and at the end', (t) => {
  const sum = (...x: number[]): number => manycore.sumSync(Float64Array.from(x), { precision: 'exact' })
  const half = 2 ** -53
  t.is(sum(1, half), 1)
  t.is(sum(1, half, 2 ** -1074), 1 + 2 ** -52)
  t.is(sum(1e308, 1e308, -1e308), 1e308)
  t.is(sum(Number.MAX_VALUE, 2 ** 970), Infinity)
  t.is(sum(Number.MAX_VALUE, 2 ** 969), Number.MAX_VALUE)
  t.is(sum(-0, -0), 0)
  t.is(sum(5e-324, -5e-324), 0)
  t.is(sum(Infinity, -1e308, -1e308), Infinity)
  t.is(sum(Infinity, -Infinity), NaN)
  t.is(manycore.normSync([3e300, 4e300], { precision: 'exact' }), 5e300)
  t.is(manycore.meanSync([1e308, 1e308], { precision: 'exact' }), 1e308)
})

test('compensated: as if in twice the precision', (t) => {
  const n = 5000
  for (const spread of [0, 20, 60]) {
    const next = generator(spread + 3, spread)
    const [x, y] = [Float64Array.from({ length: n }, next), Float64Array.from({ length: n }, next)]
    // Cancels all but a little.
    const z = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? x[i >> 1]! * 1e6 : -x[i >> 1]! * 1e6 + y[i]! * 1e-6))
    for (const [a, b] of [[x, y], [z, y]] as const) {
      const wanted = truth(a, b)
      const absolute: Record<string, number> = { sum: 0, dot: 0, sumOfSquares: 0 }
      for (let i = 0; i < n; i++) {
        absolute['sum']! += Math.abs(a[i]!)
        absolute['dot']! += Math.abs(a[i]! * b[i]!)
        absolute['sumOfSquares']! += a[i]! ** 2
      }
      for (const backend of backends) {
        for (const name of ['sum', 'dot', 'sumOfSquares']) {
          const got = on(backend, () => library[`${name}Sync`]!(...parametersOf(name, a, b, { precision: 'compensated' }))) as number
          const limit = 2 ** -53 * Math.abs(wanted[name]!) + (136 * 2 ** -53) ** 2 * absolute[name]!
          t.true(Math.abs(got - wanted[name]!) <= limit, `${name} on ${backend}: ${got} instead of ${wanted[name]}`)
        }
      }
    }
  }
  t.is(manycore.sumSync([1e20, 0.1, -1e20], { precision: 'compensated' }), 0.1)
  t.is(manycore.sumSync([Infinity, 1], { precision: 'compensated' }), Infinity)
  t.is(manycore.sumSync([1e308, 1e308], { precision: 'compensated' }), Infinity)
  t.is(manycore.dotSync([1e300, 1], [1, 1], { precision: 'compensated' }), 1e300)
  t.is(manycore.normSync([3, 4], { precision: 'compensated' }), 5)
})

test('integers are exact in every precision, ranges and other kinds too', async (t) => {
  for (const precision of ['fast', 'compensated', 'exact'] as const) {
    t.is(manycore.sumOfSquaresSync(Int32Array.from({ length: 1_000_000 }, (_, i) => i), { precision }), 333_332_833_333_500_000)
    t.is(manycore.sumSync(range(10), { precision }), 45)
    t.is(manycore.normSync(BigInt64Array.of(3n, 4n), { precision }), 5)
  }
  const x = range(0, 20_000, 0.1)
  const doubles = Float64Array.from(x)
  for (const precision of ['compensated', 'exact'] as const) {
    for (const name of ['sum', 'sumOfSquares', 'mean', 'norm', 'dot']) {
      const wanted = library[`${name}Sync`]!(...parametersOf(name, doubles, doubles, { precision }))
      t.is(library[`${name}Sync`]!(...parametersOf(name, x, doubles, { precision })), wanted, `${name} ${precision}`)
      t.is(await library[name]!(...parametersOf(name, x, x, { precision })), wanted, `${name} ${precision}`)
    }
  }
})

test('where there is no choice', (t) => {
  const code = 'ERR_MANYCORE_OPTION'
  t.throws(() => manycore.sumSync([1], { precision: 'best' as 'fast' }), { code })
  t.throws(() => manycore.varianceSync([1], { precision: 'exact' }), { code })
  t.is(manycore.varianceSync([1, 3], { precision: 'fast' }), 1)
})

const folder = new URL('../fixtures/', import.meta.url)
const number = (value: number | string): number => Number(value)

interface Value {
  f64: number | string
}
interface Case {
  name: string
  x: { file: string }
  y?: { file: string }
  sum: Value
  sum_sq: Value
  norm2: Value
  mean?: Value
  dot?: Value
}
const { cases } = JSON.parse(readFileSync(new URL('reductions/reductions.json', folder), 'utf8')) as { cases: Case[] }

test('the fixtures, exactly', (t) => {
  for (const item of cases) {
    const read = (file: string): Floats => readNpy(new URL(`reductions/${file}`, folder)).data as Floats
    const x = read(item.x.file)
    const y = item.y === undefined ? undefined : read(item.y.file)
    for (const backend of backends) {
      const got = (name: string): unknown => on(backend, () => library[`${name}Sync`]!(...parametersOf(name, x, y, { precision: 'exact' })))
      t.is(got('sum'), number(item.sum.f64) + 0, `${item.name} sum`)
      t.is(got('sumOfSquares'), number(item.sum_sq.f64), `${item.name} sum of squares`)
      t.is(got('norm'), number(item.norm2.f64), `${item.name} norm`)
      if (item.mean !== undefined) t.is(got('mean'), number(item.mean.f64) + 0, `${item.name} mean`)
      if (item.dot !== undefined) t.is(got('dot'), number(item.dot.f64) + 0, `${item.name} dot`)
    }
  }
})

interface Special {
  name: string
  x: (number | string)[]
  'sum_exact_rounded (Math.sumPrecise rules)': number | string
  sum_of_squares_exact_rounded: number | string | null
  norm2_exact_rounded: number | string | null
}
const specials = JSON.parse(readFileSync(new URL('special/special.json', folder), 'utf8')) as { cases: Special[] }

test('the special cases, exactly', (t) => {
  for (const item of specials.cases) {
    const x = Float64Array.from(item.x, number)
    for (const backend of backends) {
      const got = (name: string): unknown => on(backend, () => library[`${name}Sync`]!(x, { precision: 'exact' }))
      // A sum is never −0.
      t.is(got('sum'), number(item['sum_exact_rounded (Math.sumPrecise rules)']) + 0, item.name)
      if (item.sum_of_squares_exact_rounded !== null) t.is(got('sumOfSquares'), number(item.sum_of_squares_exact_rounded), item.name)
      if (item.norm2_exact_rounded !== null) t.is(got('norm'), number(item.norm2_exact_rounded), item.name)
    }
  }
})
