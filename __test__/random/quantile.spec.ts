/** The normal quantile function against correctly rounded values (scripts/make-quantile-truth.py). */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { normalQuantile } from '../../src/kernels/math/normal-quantile.ts'

const { normalQuantile: lines } = JSON.parse(readFileSync(new URL('../vectors/normal-quantile.json', import.meta.url), 'utf8')) as { normalQuantile: string[] }
const view = new DataView(new ArrayBuffer(8))

function fromBits(hexadecimal: string): number {
  view.setBigUint64(0, BigInt(`0x${hexadecimal}`))
  return view.getFloat64(0)
}

const points = lines.map((line) => line.split(' ').map(fromBits) as [number, number])

test('within 1e-15 of the truth', (t) => {
  t.true(points.length > 1700)
  for (const [p, y] of points) t.true(Math.abs(normalQuantile(p) - y) <= 1e-15 * Math.abs(y), `${p}: ${normalQuantile(p)} and ${y}`)
})

test('odd about a half, rising', (t) => {
  let before = -Infinity
  for (const [p, y] of points) {
    if (1 - (1 - p) === p) t.is(normalQuantile(1 - p), 0 - normalQuantile(p))
    t.true(normalQuantile(p) >= before || Math.abs(normalQuantile(p) - y) <= 1e-15 * Math.abs(y))
    before = normalQuantile(p)
  }
  t.is(normalQuantile(0.5), 0)
})
