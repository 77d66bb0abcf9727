/** Part 3: sumOfSquares by size, against the plain loop. */
import { setBackend, sumOfSquaresSync } from '../../index.ts'
import { formatCount, formatDuration, formatRatio, renderTable, type Column } from '../../report/index.ts'
import type { Terminal } from '../terminal.ts'
import { plainSumOfSquares } from './baseline.ts'
import { interleave, type Contestant, type Timing } from '../../bench/index.ts'

const sizes = [1e3, 1e5, 1e6, 1e7]
const rounds = 21

const names = ['loop', 'workers', 'serial', 'native'] as const
type Name = (typeof names)[number]

export interface SizesResult {
  readonly rounds: number
  readonly rows: readonly {
    readonly n: number
    /** Seconds a call; null without the native addon. */
    readonly seconds: Readonly<Record<Name, number | null>>
    /** Time of the plain loop divided by this one's. */
    readonly ratios: Readonly<Record<Name, number | null>>
    /** Whether all but the plain loop gave the same result, bit for bit. */
    readonly sameBits: boolean
  }[]
}

const columns: Column[] = [
  { title: 'numbers', align: 'right' },
  { title: 'plain loop', align: 'right' },
  { title: 'workers', align: 'right' },
  { title: '', align: 'right' },
  { title: 'native, 1 thread', align: 'right' },
  { title: '', align: 'right' },
  { title: 'native, all cores', align: 'right' },
  { title: '', align: 'right' },
]

export async function sizesPart(terminal: Terminal, native: boolean): Promise<SizesResult> {
  terminal.print(`\n${terminal.style.bold('3. sumOfSquares of doubles, by size')}`)
  const rows = []
  for (const [k, n] of sizes.entries()) {
    const report = (round: number) => terminal.progress(`3/5: ${formatCount(n)} numbers (size ${k + 1} of ${sizes.length}), round ${round + 1} of ${rounds}`)
    const timings = await interleave(contestantsFor(n, native), { rounds, sampleTime: 2, onRound: report })
    rows.push(summarise(n, timings))
  }
  terminal.progressEnd()
  setBackend('auto')
  terminal.print(`medians of ${rounds} interleaved rounds; × is how much faster than the loop\n`)
  terminal.print(renderTable(columns, rows.map(cells), terminal.style.bold))
  if (native) terminal.print(`\n${rows.every(({ sameBits }) => sameBits) ? 'Both backends gave the same bits at every size.' : 'The backends DISAGREE: please report this.'}`)
  return { rounds, rows }
}

function contestantsFor(n: number, native: boolean): Contestant[] {
  // Shared, so that the workers backend may read it from its threads.
  const x = new Float64Array(new SharedArrayBuffer(8 * n))
  for (let i = 0; i < n; i++) x[i] = Math.sin(i)
  const one = { threads: 1 }
  const contestants: (Contestant & { name: Name })[] = [
    { name: 'loop', run: () => plainSumOfSquares(x) },
    { name: 'workers', prepare: () => setBackend('workers'), run: () => sumOfSquaresSync(x) },
    { name: 'serial', prepare: () => setBackend('native'), run: () => sumOfSquaresSync(x, one) },
    { name: 'native', prepare: () => setBackend('native'), run: () => sumOfSquaresSync(x) },
  ]
  return native ? contestants : contestants.slice(0, 2)
}

function summarise(n: number, timings: readonly Timing[]): SizesResult['rows'][number] {
  const time = (name: Name) => timings.find((timing) => timing.name === name)?.seconds ?? null
  const loop = time('loop')
  const ratio = (name: Name) => {
    const seconds = time(name)
    return loop === null || seconds === null ? null : loop / seconds
  }
  const [first, ...others] = timings.filter(({ name }) => name !== 'loop')
  return { n, seconds: collect(time), ratios: collect(ratio), sameBits: others.every(({ value }) => Object.is(value, first?.value)) }
}

function collect(of: (name: Name) => number | null): Record<Name, number | null> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, number | null>
}

function cells({ n, seconds, ratios }: SizesResult['rows'][number]): string[] {
  const pair = (name: Name) => [formatDuration(seconds[name] ?? Number.NaN), formatRatio(ratios[name] ?? Number.NaN)]
  return [formatCount(n), formatDuration(seconds.loop ?? Number.NaN), ...pair('workers'), ...pair('serial'), ...pair('native')]
}
