/** exp and log1p against correctly rounded values (scripts/make-math-truth.py), and at the edges. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { exp } from '../../src/kernels/math/exp.ts'
import { log1p } from '../../src/kernels/math/log1p.ts'

const truth = JSON.parse(readFileSync(new URL('../vectors/math-truth.json', import.meta.url), 'utf8')) as Record<'exp' | 'log1p', string[]>

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
function worst(f: (x: number) => number, points: string[], filter: (y: number) => boolean = () => true): { error: number; at: number; points: number } {
  let result = { error: 0, at: NaN, points: 0 }
  for (const point of points) {
    const [x, y, rest] = point.split(' ')
    const expected = fromBits(y!)
    if (!filter(expected)) continue
    const argument = fromBits(x!)
    const error = Math.abs(Number(ordinal(f(argument)) - ordinal(expected)) - Number(rest) / 1000)
    const count = result.points + 1
    result = error > result.error ? { error, at: argument, points: count } : { ...result, points: count }
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
