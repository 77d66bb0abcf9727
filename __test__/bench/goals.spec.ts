/** The tables of goals: every row runs once, tiny, with all peers, so that none rots; and verdicts follow from samples. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { rows as kernels } from '../../benchmark/goals/kernels/index.mjs'
import { rows as models } from '../../benchmark/goals/models/index.mjs'
import { rows as multiprocessing } from '../../benchmark/goals/multiprocessing/index.mjs'
import { goalsMarkdown } from '../../benchmark/goals/report.mjs'
import { runRow, runRows } from '../../benchmark/goals/run.mjs'
import { judge, summarise } from '../../benchmark/goals/verdict.mjs'
import { python } from '../../benchmark/python.mjs'
import { root } from '../../scripts/toolchain.mjs'

interface Contestant {
  readonly name: string
  readonly samples: readonly number[]
  readonly error?: string
}

const packages = existsSync(join(root, 'benchmark', 'node_modules', 'piscina'))
const excused = (error: string): boolean => (!packages && /Cannot find (package|module)/.test(error)) || (python === undefined && error.includes('no virtual environment'))

type Measure = (row: (typeof multiprocessing)[number]) => Promise<{ readonly contestants: readonly Contestant[]; readonly error?: string }>

const tiny = { scale: 'tiny', seed: 1 }

/** All rows in one process: to import the libraries takes Python seconds, and a tiny row nothing. */
function together(table: string, rows: typeof multiprocessing): Measure {
  let results: ReturnType<typeof runRows> | undefined
  test.after.always(() => results?.return())
  return async (row) => {
    results ??= runRows(table, rows, tiny)
    for (let next = await results.next(); !next.done; next = await results.next()) if (next.value.id === row.id) return next.value
    throw new Error('the process that measures the rows ended before this one')
  }
}

function checkTable(table: string, rows: typeof multiprocessing, measure: Measure): void {
  for (const row of rows) {
    test.serial(`${table}: ${row.work}`, async (t) => {
      t.timeout(120_000)
      const result = await measure(row)
      if (result.error !== undefined && excused(result.error)) return t.pass('its peers can’t be installed here')
      t.is(result.error, undefined)
      const { contestants } = result
      t.deepEqual(contestants.filter(({ error }) => error !== undefined && !excused(error)), [])
      for (const { of } of row.claims) t.true(contestants.some(({ name, samples }) => name === of && samples.length > 0), of)
      t.notRegex(goalsMarkdown({ title: row.work, date: '', seconds: 1, quick: true, processes: 1, machine: [], notes: [], rows: [summarise(row, [result])] }), /undefined|\[object/)
    })
  }
}

checkTable('kernels', kernels as never, together('kernels', kernels as never))
// These start and end workers and processes: each in a process of its own, as they are measured.
checkTable('multiprocessing', multiprocessing, (row) => runRow('multiprocessing', row, tiny, 110_000))
checkTable('models', models as never, together('models', models as never))

const processes = [
  { contestants: [{ name: 'ours', samples: [2, 2, 2] }, { name: 'loop', samples: [1, 1, 1] }, { name: 'slow', samples: [8, 8, 8] }] },
  { contestants: [{ name: 'ours', samples: [2, 2, 2] }, { name: 'loop', samples: [1, 1, 1] }, { name: 'slow', samples: [8, 8, 8] }] },
]
const verdictOf = (claim: object): string => judge({ of: 'ours', ...claim }, processes).verdict

test('a goal is met or lost by its median, absolute or as a ratio within a round', (t) => {
  t.deepEqual([2, 1.9].map((atMost) => verdictOf({ atMost })), ['met', 'lost'])
  t.deepEqual([2, 2.1].map((atLeast) => verdictOf({ atLeast })), ['met', 'lost'])
  t.deepEqual([2, 1.9].map((atMost) => verdictOf({ against: 'loop', atMost })), ['met', 'lost'])
  t.deepEqual([4, 4.1].map((atLeast) => verdictOf({ against: 'slow', inverse: true, atLeast })), ['met', 'lost'])
  t.is(judge({ of: 'ours', against: 'best', among: 's', inverse: true, atLeast: 4 }, processes).against, 'slow')
  t.is(verdictOf({ against: 'nobody', atMost: 1 }), 'not measured')
})
