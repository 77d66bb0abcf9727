/** Promise 1: the same bits from every backend, CPU level, thread count, offset and form, and they are those of the document. */
import test from 'ava'
import { info } from 'manycore'
import { run, runtimes } from '../support/runtimes.ts'
import { reference, type Answer } from './reference.ts'
import { axisKernels, hex, isReduced, kernels, matrixRows, operands, rows } from './rows.mjs'

const file = new URL('evaluate.mjs', import.meta.url)

let wanted: Map<string, string> | undefined

/** What the document says, row by row. */
function truth(): Map<string, string> {
  if (wanted !== undefined) return wanted
  wanted = new Map()
  for (const row of rows()) {
    const [x, y] = operands(row)
    for (const [name, { least, most = Infinity }] of Object.entries<{ least: number; most?: number }>(kernels)) if (row.n >= least && row.n <= most) wanted.set(`${row.key} ${name}`, hex(reference[name]!(x, y)))
  }
  for (const row of matrixRows() as unknown as Iterable<{ key: string; rows: number; columns: number }>) {
    const [x, y] = operands(row as never) as [Float64Array, Float64Array]
    for (const [name, { key, axis }] of Object.entries(axisKernels as Record<string, { key: string; axis: 0 | 1 }>)) {
      if (!isReduced(row, axis)) continue
      const items = Array.from({ length: axis === 0 ? row.columns : row.rows }, (_, i) => reference[key]!(vector(x, row, axis, i), vector(y, row, axis, i)))
      wanted.set(`${row.key} ${name}`, hex(together(items)))
    }
  }
  return wanted
}

/** A row or column, copied out. */
function vector(x: Float64Array, { rows, columns }: { rows: number; columns: number }, axis: 0 | 1, index: number): Float64Array {
  if (axis === 1) return x.slice(index * columns, (index + 1) * columns)
  return (x.constructor as Float64ArrayConstructor).from({ length: rows }, (_, i) => x[i * columns + index]!)
}

/** Answers side by side: one array, or an object of arrays, the count being one for all. */
function together(items: readonly Answer[]): unknown {
  const first = items[0]!
  if (typeof first !== 'object') return items
  return Object.fromEntries(Object.keys(first).map((name) => [name, name === 'count' ? first[name] : items.map((item) => (item as Readonly<Record<string, number>>)[name])]))
}

/** Deno's worker threads answer some ten times slower than Node's: there one row in seven is computed. */
const strideOf = (backend: string, runtime: string): number => (backend === 'workers' && runtime === 'deno' ? 7 : 1)

const native = info().tried.some(({ error }) => error === undefined)
const configurations = [
  { backend: 'workers', level: '' },
  // Levels that the machine lacks fall back to a lower one, which the child reports; the row is then tested twice.
  ...(native ? ['portable', 'avx2', 'avx512', 'neon'].map((level) => ({ backend: 'native', level })) : []),
]

for (const { backend, level } of configurations) {
  // The binary is one: the other runtimes need not run each of its levels.
  for (const runtime of backend === 'native' && level !== 'avx2' ? runtimes.slice(0, 1) : runtimes) {
    test.serial(`${backend} ${level} on ${runtime.name}`, async (t) => {
      t.timeout(240_000)
      const stride = strideOf(backend, runtime.name)
      const ended = await run(runtime, file, [String(stride)], { MANYCORE_BACKEND: backend, MANYCORE_CPU_LEVEL: level }, 220_000)
      t.is(ended.code, 0, ended.stderr)
      const [head, ...lines] = ended.stdout.trim().split('\n')
      t.true(head!.startsWith(`# ${backend}`), head)
      t.log(head!)
      const expected = truth()
      const wrong = lines.filter((line) => {
        const [, key, bits] = /^(.+) (.+)$/.exec(line)!
        return expected.get(key!) !== bits
      })
      t.deepEqual(wrong.slice(0, 10), [])
      if (stride === 1) t.is(lines.length, expected.size)
      else t.true(lines.length > expected.size / (2 * stride))
    })
  }
}
