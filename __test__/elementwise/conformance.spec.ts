/** Promise 1 for elementwise kernels: the same bits from every backend, CPU level, thread count, offset and form, and they are those of the document. */
import test from 'ava'
import { info } from 'manycore'
import { run, runtimes } from '../support/runtimes.ts'
import { expected } from './reference.ts'
import { applies, calls, hashOf, operands, rows } from './rows.mjs'

const file = new URL('evaluate.mjs', import.meta.url)

let wanted: Map<string, string> | undefined

/** What the document says, row by row. */
function truth(): Map<string, string> {
  if (wanted !== undefined) return wanted
  wanted = new Map()
  for (const row of rows()) {
    const [x, y] = operands(row)
    for (const [title, call] of Object.entries(calls)) {
      if (applies(call, row.type)) wanted.set(`${row.key} ${title}`, hashOf(expected(title, row.type, x as Float64Array, y as Float64Array)))
    }
  }
  return wanted
}

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
      const ended = await run(runtime, file, [], { MANYCORE_BACKEND: backend, MANYCORE_CPU_LEVEL: level })
      t.is(ended.code, 0, ended.stderr)
      const [head, ...lines] = ended.stdout.trim().split('\n')
      t.true(head!.startsWith(`# ${backend}`), head)
      const answers = lines.map((line) => line.split(' | ') as [string, string])
      // A runtime with Float16Array answers more rows than this one may know the truth of.
      const known = answers.filter(([key]) => truth().has(key))
      t.deepEqual(known.filter(([key, answer]) => truth().get(key) !== answer).slice(0, 10), [])
      t.is(known.length, truth().size)
    })
  }
}
