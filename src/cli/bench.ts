/** manycore bench: the backends against the plain loop, on this machine. */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cases, runCases, verdict, type BenchmarkReport } from '../bench/index.ts'
import { benchmarkMarkdown, benchmarkPage, formatCount, formatDuration, formatRatio, renderTable, type Column } from '../report/index.ts'
import type { Terminal } from './terminal.ts'

export interface BenchOptions {
  readonly quick: boolean
  /** Part of the names of the cases to run; all when empty. */
  readonly only: string
  /** Folder for `benchmark.json`, `benchmark.md` and `benchmark.html`; none when empty. */
  readonly out: string
}

const columns: Column[] = [
  { title: 'case' },
  { title: 'size', align: 'right' },
  { title: 'manycore', align: 'right' },
  { title: 'workers backend', align: 'right' },
  { title: 'plain loop', align: 'right' },
  { title: 'faster than the loop', align: 'right' },
  { title: '' },
]

/** Why the options can't be meant; undefined if they can. Makes the folder: whether that works is known before minutes of measuring. */
export function problemWithBench({ only, out }: BenchOptions): string | undefined {
  if (!cases.some(({ name }) => name.includes(only))) return `--only ${JSON.stringify(only)}: no case has that in its name; there are ${cases.map(({ name }) => name).join(', ')}`
  if (out === '') return undefined
  try {
    mkdirSync(out, { recursive: true })
    accessSync(out, constants.W_OK)
  } catch (error) {
    return `--out ${out} can't be written: ${(error as Error).message}`
  }
  return undefined
}

export async function benchCommand(terminal: Terminal, { quick, only, out }: BenchOptions): Promise<number> {
  const chosen = cases.filter(({ name }) => name.includes(only))
  const report = await runCases(chosen, { title: 'manycore on this machine', quick, onProgress: (message) => terminal.progress(message) })
  terminal.progressEnd()
  terminal.data(report)
  terminal.print(renderTable(columns, rowsOf(report), terminal.style.bold))
  terminal.print(`\nMedians of ${report.settings.rounds} interleaved rounds in each of ${report.settings.processes} processes; ~ is level within noise.`)
  if (out !== '') terminal.print(`\nWritten: ${writeReport(report, out).join(', ')}`)
  return report.rows.some(({ error }) => error !== undefined) ? 1 : 0
}

/** Writes the report in its three forms and gives the paths. */
export function writeReport(report: BenchmarkReport, folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const files: [string, string][] = [
    ['benchmark.json', `${JSON.stringify(report)}\n`],
    ['benchmark.md', benchmarkMarkdown(report)],
    ['benchmark.html', benchmarkPage(report)],
  ]
  return files.map(([name, text]) => {
    const path = resolve(join(folder, name))
    writeFileSync(path, text)
    return path
  })
}

function rowsOf({ rows }: BenchmarkReport): string[][] {
  return rows.map(({ name, n, ours, peers, control, error }) => {
    if (error !== undefined) return [name, formatCount(n), error]
    const find = (wanted: string) => peers.find((peer) => peer.name === wanted)
    const [workers, loop] = [find('workers backend'), find('plain loop')]
    const word = { won: '', level: '~', lost: 'slower', failed: '' }[loop === undefined ? 'failed' : verdict(loop, control)]
    return [
      name, formatCount(n), formatDuration(ours.median), formatDuration(workers?.seconds.median ?? Number.NaN), formatDuration(loop?.seconds.median ?? Number.NaN),
      formatRatio(loop?.ratio.median ?? Number.NaN), word,
    ]
  })
}
