/** `norm` with each `ord` takes each `precision`, and is exact for integers of any size. */
import test from 'ava'
import { Matrix, norm, normSync, range } from 'manycore'
import { backends, on } from '../support/backends.ts'

const cancelling = new Float64Array([1e16, -1, 1, -1e16, 3, 1, 1])

for (const backend of backends) {
  test(`${backend}: ord 1 and Infinity in every precision`, async (t) => {
    for (const precision of ['fast', 'compensated', 'exact'] as const) {
      t.is(on(backend, () => normSync(cancelling, { ord: Infinity, precision })), 1e16)
      t.is(on(backend, () => normSync(new Matrix(cancelling, 7, 1), { ord: Infinity, precision, axis: 0 })[0]), 1e16)
      t.is(on(backend, () => normSync(range(-3, 4), { ord: 1, precision })), 12)
      t.is(on(backend, () => normSync([], { ord: 1, precision })), 0)
      t.is(on(backend, () => normSync([1, -Infinity], { ord: 1, precision })), Infinity)
      t.is(on(backend, () => normSync([NaN, -Infinity], { ord: 1, precision })), NaN)
    }
    // 2e16 + 7 lies halfway between two doubles' neighbours: rounded once.
    for (const precision of ['compensated', 'exact'] as const) {
      t.is(on(backend, () => normSync(cancelling, { ord: 1, precision })), Number(2n * 10n ** 16n + 7n))
      t.is(await on(backend, () => norm(cancelling, { ord: 1, precision })), Number(2n * 10n ** 16n + 7n))
      t.is(on(backend, () => normSync(new Matrix(cancelling, 1, 7), { ord: 1, precision, axis: 1 })[0]), Number(2n * 10n ** 16n + 7n))
    }
    t.throws(() => normSync(cancelling, { ord: 1, precision: 'best' as never }), { code: 'ERR_MANYCORE_OPTION' })
  })

  test(`${backend}: ord 1 of integers`, (t) => {
    const wide = BigInt64Array.from({ length: 10_001 }, (_, i) => (i % 3 === 0 ? -(2n ** 63n) + BigInt(i) : 2n ** 61n + BigInt(i * i)))
    const sum = wide.reduce((total, value) => total + (value < 0n ? -value : value), 0n)
    t.is(on(backend, () => normSync(wide, { ord: 1 })), Number(sum))
    const unsigned = BigUint64Array.from({ length: 5000 }, (_, i) => 2n ** 64n - 1n - BigInt(i * 977))
    t.is(on(backend, () => normSync(unsigned, { ord: 1 })), Number(unsigned.reduce((total, value) => total + value, 0n)))
    const many = new Int32Array(2 ** 22 + 5).fill(-2_147_483_645)
    t.is(on(backend, () => normSync(many, { ord: 1 })), Number(BigInt(many.length) * 2_147_483_645n))
    t.is(on(backend, () => normSync(new Int8Array([-128, 127]), { ord: 1 })), 255)
  })
}
