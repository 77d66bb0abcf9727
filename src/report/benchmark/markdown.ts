/** A benchmark report as Markdown, and the lines of the machine card. */
import { verdict, type BenchmarkReport } from '../../bench/index.ts'
import { formatCount, formatDuration, formatRatio } from '../format.ts'

export function machineLines({ machine, notes }: BenchmarkReport): [string, string][] {
  return [
    ['processor', `${machine.processor}, ${machine.availableParallelism} available`],
    ['caches', machine.caches.join(', ') || 'unknown'],
    ['memory', `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['platform', machine.platform],
    ['runtime', machine.runtime],
    ['manycore', `${machine.manycore}, ${machine.backend} backend, ${machine.cpuLevel}, ${machine.threads} threads`],
    ['reads at least', `${(machine.readBandwidth / 1e9).toFixed(1)} GB/s from memory`],
    ...notes.map(([name, value]): [string, string] => [name, value]),
  ]
}

/** A heading, the machine, one table row a comparison, and the losses. */
export function benchmarkMarkdown(report: BenchmarkReport): string {
  const rows = report.rows.flatMap((row) => {
    if (row.error !== undefined) return [[row.name, formatCount(row.n), '–', '–', row.error, '–', '–']]
    return row.peers.map(({ name, seconds, ratio, error }) => [
      row.name, formatCount(row.n), formatDuration(row.ours.median), `${row.control.low.toFixed(2)}–${row.control.high.toFixed(2)}`, name,
      error === undefined ? formatDuration(seconds.median) : 'failed',
      error ?? `${formatRatio(ratio.median)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`,
    ])
  })
  const lost = report.rows.flatMap((row) => row.peers.filter((entry) => verdict(entry, row.control) === 'lost').map((entry) => `- ${row.name}, ${formatCount(row.n)}: ${entry.name} is faster, ${formatRatio(entry.ratio.median)}`))
  return [
    `# ${report.title}`,
    '',
    ...machineLines(report).map(([name, value]) => `- ${name}: ${value}`),
    '',
    `${report.date}; medians of ${report.settings.rounds} interleaved rounds in each of ${report.settings.processes} processes, 95 % bootstrap intervals.`,
    '',
    '| case | size | ours | ours / ours | contestant | its time | times ours |',
    '|---|---:|---:|---:|---|---:|---:|',
    ...rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`),
    '',
    '## Where we lose',
    '',
    ...(lost.length === 0 ? ['Nowhere in this run, beyond noise.'] : lost),
    '',
  ].join('\n')
}
