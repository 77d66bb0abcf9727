/** One element of each elementwise call, as docs/order-of-arithmetic.md has it. */
import { exp } from '../../src/kernels/math/exp.ts'
import { expm1 } from '../../src/kernels/math/expm1.ts'
import { log } from '../../src/kernels/math/log.ts'
import { log1p } from '../../src/kernels/math/log1p.ts'
import { power } from '../../src/kernels/math/power.ts'
import { sigmoid } from '../../src/kernels/math/sigmoid.ts'
import { tanh } from '../../src/kernels/math/tanh.ts'
import { types } from './rows.mjs'

type Numbers = ArrayLike<number | bigint>
type Writable = { [index: number]: number | bigint; length: number }

/** Results in the type of x: computed in doubles, or exactly in bigints. */
const same: Record<string, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  addNumber: (x) => x + 3,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  scale: (x) => 2 * x,
  axpy: (x, y) => 2 * x + y,
  clip: (x) => (x < 2 ? 2 : x > 5 ? 5 : x),
  abs: (x) => Math.abs(x),
}

/** Results in Float64 where x holds integers. */
const floating: Record<string, (x: number, y: number) => number> = {
  divide: (x, y) => x / y,
  power,
  square: (x) => x * x,
  cube: (x) => power(x, 3),
  sqrt: (x) => Math.sqrt(x),
  exp, expm1, log, log1p, sigmoid, tanh,
}

const conversions: Record<string, keyof typeof types> = { toFloat32: 'float32', toInt16: 'int16', toBigInt: 'bigint64' }

/** The expected result of a call. */
export function expected(title: string, type: string, x: Numbers, y: Numbers): Writable {
  const make = (name: string): Writable => new (types[name as 'float64'])(x.length) as unknown as Writable
  const conversion = conversions[title]
  const out = make(conversion ?? (title in same || type.startsWith('float') ? type : 'float64'))
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [Number(x[i]!), Number(y[i]!)]
    const result = conversion !== undefined ? a : (same[title] ?? floating[title]!)(a, b)
    out[i] = typeof out[i] === 'bigint' ? BigInt(result) : result
  }
  return out
}
