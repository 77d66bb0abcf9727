/** Part 2: the sum of squares of 0 … 999 999, four ways. */
import { setBackend, sumOfSquaresSync } from '../../index.ts'
import { formatCount, formatDuration, formatRatio, renderTable, type Column } from '../../report/index.ts'
import type { Terminal } from '../terminal.ts'
import { plainSumOfSquares } from './baseline.ts'
import { loadExample } from './examples.ts'
import { interleave, type Contestant } from '../../bench/index.ts'

const n = 1_000_000
const batchSize = 50_000

/** (n − 1)·n·(2n − 1) / 6, in integers. */
const exact = (BigInt(n - 1) * BigInt(n) * BigInt(2 * n - 1)) / 6n

export interface SquaresResult {
  readonly n: number
  readonly batchSize: number
  readonly exact: bigint
  readonly processes: number
  readonly ways: readonly {
    readonly name: string
    readonly seconds: number
    /** Time of the plain loop divided by this one's. */
    readonly ratio: number
    /** A double as the shortest decimal number that stands for it: the nearest one to the exact result prints as the exact result. */
    readonly result: bigint
    /** result − exact. */
    readonly error: bigint
  }[]
}

const columns: Column[] = [
  { title: 'way' },
  { title: 'result', align: 'right' },
  { title: 'off by', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'faster than the loop', align: 'right' },
]

export async function squaresPart(terminal: Terminal, native: boolean): Promise<SquaresResult> {
  terminal.print(`\n${terminal.style.bold(`2. Sum of the squares of 0 … ${formatCount(n - 1)}`)}`)
  terminal.progress('2/5: starting workers')
  const { startBatches } = await loadExample('sum-of-squares')
  const batches = await startBatches({ n, batchSize })
  // Shared, so that the workers backend may read it from its threads.
  const x = new Float64Array(new SharedArrayBuffer(8 * n))
  for (let i = 0; i < n; i++) x[i] = i
  const contestants: Contestant[] = [
    { name: 'plain loop', run: () => plainSumOfSquares(x) },
    { name: `Pool of ${batches.processes}, batches of ${formatCount(batchSize)}`, run: () => batches.run() },
    { name: 'sumOfSquares, workers backend', prepare: () => setBackend('workers'), run: () => sumOfSquaresSync(x) },
  ]
  if (native) contestants.push({ name: 'sumOfSquares, native backend', prepare: () => setBackend('native'), run: () => sumOfSquaresSync(x) })
  const rounds = 25
  const timings = await interleave(contestants, { rounds, sampleTime: 2, onRound: (round) => terminal.progress(`2/5: round ${round + 1} of ${rounds}`) })
  terminal.progressEnd()
  setBackend('auto')
  await batches.close()
  const loop = timings[0]?.seconds ?? Number.NaN
  const ways = timings.map(({ name, seconds, value }) => {
    const result = asInteger(value as number | bigint)
    return { name, seconds, ratio: loop / seconds, result, error: result - exact }
  })
  terminal.print(`exact: ${formatCount(exact)}; medians of ${rounds} interleaved rounds\n`)
  const cells = ways.map(({ name, seconds, ratio, result, error }) => [name, formatCount(result), formatCount(error), formatDuration(seconds), formatRatio(ratio)])
  terminal.print(renderTable(columns, cells, terminal.style.bold))
  return { n, batchSize, exact, processes: batches.processes, ways }
}

/** The integer that a double prints as, which is how JavaScript shows it. */
function asInteger(value: number | bigint): bigint {
  return typeof value === 'bigint' ? value : BigInt(String(value))
}
