/** Column moments and scores of the TypeScript kernels. */
import test from 'ava'
import { columnMoments } from '../../src/kernels/column-moments.ts'
import { decision, decisionOfRows } from '../../src/kernels/decision.ts'
import { partitionRows, ROW_BLOCK } from '../../src/kernels/rows.ts'
import { generator } from './problems.ts'

test('the partition covers the rows, in whole blocks, with 64 chunks at most', (t) => {
  for (const rows of [1, 63, 64, 65, 569, 1024, 1025, 4096, 100_000, 1_000_003]) {
    for (const columns of [1, 7, 30, 512, 5000]) {
      const { rowsPerChunk, chunks } = partitionRows(rows, columns)
      t.is(rowsPerChunk % ROW_BLOCK, 0)
      t.true(chunks >= 1 && chunks <= 64)
      t.true((chunks - 1) * rowsPerChunk < rows && rows <= chunks * rowsPerChunk)
    }
  }
  t.is(partitionRows(569, 30).chunks, 1)
})

for (const rows of [1, 2, 64, 65, 569, 5000]) {
  test(`moments of ${rows} rows near 1e8 and near 0`, (t) => {
    const columns = 5
    const random = generator(rows)
    // Multiples of 2^-20 below 2^27: every sum and product of deviations below is exact in BigInt.
    const offsets = [0, 100_000_000, -100_000_000, 1, 0]
    const units = offsets.map((offset) => Array.from({ length: rows }, () => BigInt(offset) * 1048576n + BigInt(Math.floor(random() * 1048576))))
    const x = Float64Array.from({ length: rows * columns }, (_, i) => Number(units[i % columns]![Math.floor(i / columns)]!) / 1048576)
    const out = new Float64Array(2 * columns)
    columnMoments(x, rows, columns, out)
    const n = BigInt(rows)
    units.forEach((column, j) => {
      const sum = column.reduce((a, b) => a + b, 0n)
      const squares = column.reduce((a, b) => a + b * b, 0n)
      // Scaled by 2^80 before the division, so that nothing but the last step rounds.
      const variance = Number(((n * squares - sum * sum) << 80n) / (n * n)) / 2 ** 120
      const mean = Number((sum << 80n) / n) / 2 ** 100
      t.true(Math.abs(out[j]! - mean) <= 2 ** -52 * Math.abs(mean))
      t.true(Math.abs(out[columns + j]! - variance) <= 1e-13 * variance)
    })
  })
}

test('NaN and Infinity come through the moments', (t) => {
  const out = new Float64Array(6)
  columnMoments(Float64Array.of(1, NaN, 3, 2, 5, Infinity), 2, 3, out)
  t.is(out[0], 1.5)
  t.is(out[3], 0.25)
  t.true(Number.isNaN(out[1]!) && Number.isNaN(out[4]!))
  t.false(Number.isFinite(out[2]!))
})

for (const columns of [1, 6, 7, 8, 9, 30, 64]) {
  test(`scores of ${columns} columns: right, and each row alone gives the same bits`, (t) => {
    const rows = 11
    const vectors = 3
    const random = generator(columns)
    const x = Float64Array.from({ length: rows * columns }, () => random() - 0.5)
    const coefficients = Float64Array.from({ length: vectors * (columns + 1) }, () => random() - 0.5)
    const out = new Float64Array(rows * vectors)
    decision(x, rows, columns, coefficients, vectors, out)
    const single = new Float64Array(rows * vectors)
    for (let r = 0; r < rows; r++) {
      decisionOfRows(x, columns, coefficients, vectors, r, r + 1, single)
      for (let k = 0; k < vectors; k++) {
        let sum = coefficients[k * (columns + 1) + columns]!
        for (let j = 0; j < columns; j++) sum += x[r * columns + j]! * coefficients[k * (columns + 1) + j]!
        t.true(Math.abs(out[r * vectors + k]! - sum) < 1e-14)
      }
    }
    t.deepEqual(single, out)
  })
}
