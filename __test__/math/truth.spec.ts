/** The elementary functions against correctly rounded values (scripts/make-math-truth.py), and at the edges. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { exp } from '../../src/kernels/math/exp.ts'
import { expm1 } from '../../src/kernels/math/expm1.ts'
import { log } from '../../src/kernels/math/log.ts'
import { log1p } from '../../src/kernels/math/log1p.ts'
import { power } from '../../src/kernels/math/power.ts'
import { sigmoid } from '../../src/kernels/math/sigmoid.ts'
import { tanh } from '../../src/kernels/math/tanh.ts'

const truth = JSON.parse(readFileSync(new URL('../vectors/math-truth.json', import.meta.url), 'utf8')) as Record<'exp' | 'log1p' | 'expm1' | 'log' | 'sigmoid' | 'tanh' | 'power', string[]>

const view = new DataView(new ArrayBuffer(8))

function fromBits(hexadecimal: string): number {
  view.setBigUint64(0, BigInt(`0x${hexadecimal}`))
  return view.getFloat64(0)
}

/** Number of the double in the order of all doubles, so that neighbours differ by 1. */
function ordinal(x: number): bigint {
  view.setFloat64(0, x)
  const bits = view.getBigInt64(0)
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
}

/** Worst error in ulps of the correctly rounded value, over the points that `filter` takes. */
function worst(f: (...xs: [number, number]) => number, points: string[], filter: (y: number) => boolean = () => true): { error: number; at: string; points: number } {
  let result = { error: 0, at: '', points: 0 }
  for (const point of points) {
    const words = point.split(' ')
    const rest = Number(words.pop())
    const [expected, ...xs] = [words.pop()!, ...words].map(fromBits) as [number, number, number]
    if (!filter(Math.abs(expected))) continue
    const error = Math.abs(Number(ordinal(f(...xs)) - ordinal(expected)) - rest / 1000)
    const count = result.points + 1
    result = error > result.error ? { error, at: xs.join(' '), points: count } : { ...result, points: count }
  }
  return result
}

const smallestNormal = 2 ** -1022

test('exp: within 0.61 ulp', (t) => {
  const { error, points } = worst(exp, truth.exp, (y) => y >= smallestNormal)
  t.true(points > 8000)
  t.true(error <= 0.61, `${error}`)
})

test('exp: subnormal results within 0.75 ulp', (t) => {
  const { error, points } = worst(exp, truth.exp, (y) => y < smallestNormal)
  t.true(points > 900)
  t.true(error <= 0.75, `${error}`)
})

test('exp: at least 98 % correctly rounded', (t) => {
  const right = truth.exp.filter((point) => {
    const [x, y] = point.split(' ')
    return exp(fromBits(x!)) === fromBits(y!)
  })
  t.true(right.length >= 0.98 * truth.exp.length)
})

test('log1p: within 0.9 ulp', (t) => {
  const { error, points } = worst(log1p, truth.log1p)
  t.true(points > 9000)
  t.true(error <= 0.9, `${error}`)
})

for (const [name, f, bound, subnormalBound] of [
  ['expm1', expm1, 0.9, 0.5],
  ['log', log, 0.9, 0.5],
  ['sigmoid', sigmoid, 0.6, 1],
  ['tanh', tanh, 0.7, 0.5],
  ['power', power, 0.62, 1],
] as const) {
  test(`${name}: within its bound`, (t) => {
    const normal = worst(f, truth[name], (y) => y >= smallestNormal)
    t.true(normal.points > 3000)
    t.true(normal.error <= bound, `${normal.error} at ${normal.at}`)
    const subnormal = worst(f, truth[name], (y) => y < smallestNormal)
    t.true(subnormal.error <= subnormalBound, `${subnormal.error} at ${subnormal.at}`)
  })
}

test('exp: special values', (t) => {
  t.is(exp(0), 1)
  t.is(exp(-0), 1)
  t.is(exp(NaN), NaN)
  t.is(exp(Infinity), Infinity)
  t.is(exp(-Infinity), 0)
  t.is(exp(709.7827128933841), Infinity)
  t.is(exp(1e300), Infinity)
  t.true(exp(709.782712893384) < Infinity)
  t.is(exp(-745.1332191019412), 0)
  t.is(exp(-745.1332191019411), 5e-324)
  t.is(exp(-1e300), 0)
  t.is(exp(5e-324), 1)
})

test('log1p: special values', (t) => {
  t.is(log1p(0), 0)
  t.is(log1p(-0), -0)
  t.is(log1p(-1), -Infinity)
  t.is(log1p(-1.0000000000000002), NaN)
  t.is(log1p(-Infinity), NaN)
  t.is(log1p(NaN), NaN)
  t.is(log1p(Infinity), Infinity)
  t.is(log1p(Number.MAX_VALUE), 709.782712893384)
  t.is(log1p(5e-324), 5e-324)
  t.is(log1p(-5e-324), -5e-324)
})

test('expm1: special values', (t) => {
  t.is(expm1(0), 0)
  t.is(expm1(-0), -0)
  t.is(expm1(NaN), NaN)
  t.is(expm1(Infinity), Infinity)
  t.is(expm1(-Infinity), -1)
  t.is(expm1(-1000), -1)
  t.is(expm1(709.7827128933841), Infinity)
  t.true(expm1(709.782712893384) < Infinity)
  t.is(expm1(5e-324), 5e-324)
  t.is(expm1(-5e-324), -5e-324)
})

test('log: special values', (t) => {
  t.is(log(0), -Infinity)
  t.is(log(-0), -Infinity)
  t.is(log(1), 0)
  t.is(log(-1), NaN)
  t.is(log(-Infinity), NaN)
  t.is(log(-5e-324), NaN)
  t.is(log(NaN), NaN)
  t.is(log(Infinity), Infinity)
  t.is(log(Number.MAX_VALUE), 709.782712893384)
  t.is(log(5e-324), -744.4400719213812)
})

test('sigmoid: special values', (t) => {
  t.is(sigmoid(0), 0.5)
  t.is(sigmoid(-0), 0.5)
  t.is(sigmoid(NaN), NaN)
  t.is(sigmoid(Infinity), 1)
  t.is(sigmoid(-Infinity), 0)
  t.is(sigmoid(1e300), 1)
  t.is(sigmoid(-1e300), 0)
  t.is(sigmoid(-745.1332191019411), 5e-324)
  t.is(sigmoid(-745.1332191019412), 0)
})

test('tanh: special values', (t) => {
  t.is(tanh(0), 0)
  t.is(tanh(-0), -0)
  t.is(tanh(NaN), NaN)
  t.is(tanh(Infinity), 1)
  t.is(tanh(-Infinity), -1)
  t.is(tanh(1e300), 1)
  t.is(tanh(5e-324), 5e-324)
  t.is(tanh(-5e-324), -5e-324)
})

test('power: exactly what ** gives wherever that is exact or special', (t) => {
  const bases = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, NaN, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1 + 2 ** -52, 1 - 2 ** -53]
  const exponents = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, NaN, Infinity, -Infinity, 1e300, -1e300, 1e19, 2 ** 53 - 1, 2 ** 53, 2 ** 52 + 1, 5e-324, -5e-324]
  const large = 2 ** 50
  for (const x of bases) {
    for (const y of exponents) {
      const expected = x ** y
      const got = power(x, y)
      // Engines are not exact: only special results and small integers are compared to the bit.
      const special = !Number.isFinite(expected) || expected === 0 || Math.abs(expected) === 1 || (Number.isInteger(expected) && Math.abs(expected) < large)
      if (special) t.is(got, expected, `${x} ** ${y}`)
      else t.true(Math.abs(got / expected - 1) < 1e-13, `${x} ** ${y}: ${got}, ${expected}`)
    }
  }
})

test('power of small integers is exact', (t) => {
  for (let x = -30; x <= 30; x++) {
    let exact = 1n
    for (let y = 0; y < 40; y++, exact *= BigInt(x)) {
      if (exact > 2n ** 53n || exact < -(2n ** 53n)) break
      if (power(x, y) !== Number(exact)) t.fail(`${x} ** ${y}`)
    }
  }
  t.pass()
})

test('exp rises from neighbour to neighbour around the seams', (t) => {
  // Where k changes, the polynomial starts again from its other end.
  for (let k = -1070; k <= 1020; k++) {
    const seam = (k + 0.5) * Math.LN2
    const step = Math.abs(seam) * 2 ** -52
    let last = 0
    for (let i = -20; i <= 20; i++) {
      const value = exp(seam + i * step)
      if (value < last) t.fail(`falls at ${seam + i * step}`)
      last = value
    }
  }
  t.pass()
})
