/** manycore tune: measures a worker function, fits a cost model, tries what it recommends, and says so in one sentence. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { formatCount, formatDuration, formatPercentage, poolPage, renderPairs } from '../../report/index.ts'
import { describeMachine } from '../info.ts'
import { capacity } from './capacity.ts'
import { makeError } from '../../errors.ts'
import type { Terminal } from '../terminal.ts'
import { measure, sampleOf, type TuneResult } from './measure.ts'
import { pageOf } from './page.ts'
import { drawTimeline, traceOf } from './trace.ts'

export interface TuneOptions {
  /** `path/to/module.ts#function`. */
  readonly target: string
  /** A number of numbers, or the name of an export that gives the items. */
  readonly items: string
  /** Seconds that each measurement may take, as text; 120 when empty. */
  readonly limit: string
  /** File for the timeline; none when empty. */
  readonly trace: string
  /** File for the HTML page; none when empty. */
  readonly page: string
}

const DEFAULT_ITEMS = '10000'
const DEFAULT_LIMIT = '120'
/** Timers go no further: 24 days. */
const LONGEST_LIMIT = 2_000_000

/** Why the target can't be meant; undefined if it can. */
export function problemWith(target: string | undefined, limit = '', files: readonly string[] = []): string | undefined {
  if (limit !== '' && !(Number(limit) > 0 && Number(limit) <= LONGEST_LIMIT)) return `--limit wants a number of seconds above 0, ${LONGEST_LIMIT} at the most, got ${JSON.stringify(limit)}`
  if (target === undefined || !/^.+#[^#]+$/.test(target)) return `tune wants a module and one of its functions, such as ./tasks.ts#square${target === undefined ? '' : `, got ${JSON.stringify(target)}`}`
  const path = target.slice(0, target.lastIndexOf('#'))
  if (!existsSync(path)) return `there is no file ${path}`
  // Before anything is measured: that may take minutes.
  const homeless = files.find((file) => file !== '' && (!existsSync(dirname(file)) || statSync(file, { throwIfNoEntry: false })?.isDirectory() === true))
  return homeless === undefined ? undefined : `${homeless} can't be written: ${existsSync(dirname(homeless)) ? 'it is a folder' : 'there is no such folder'}`
}

export async function tuneCommand(terminal: Terminal, { target, items, limit, trace, page }: TuneOptions): Promise<number> {
  const at = target.lastIndexOf('#')
  const url = pathToFileURL(resolve(target.slice(0, at)))
  const seconds = Number(limit === '' ? DEFAULT_LIMIT : limit)
  const sample = await sampleOf(url, items === '' ? DEFAULT_ITEMS : items, seconds)
  if (sample.length === 0) throw makeError('RANGE', `--items ${items}: there are no items to measure with`)
  const { result, report } = await measure(url, target.slice(at + 1), sample, seconds, (message) => terminal.progress(`measuring: ${message}`))
  terminal.progressEnd()
  const machine = { ...describeMachine(), ...capacity() }
  if (trace !== '') writeFileSync(trace, JSON.stringify(traceOf(report)))
  if (page !== '') writeFileSync(page, poolPage(pageOf(result, report, factsOf(result), machine)))
  terminal.data({ ...result, machine })
  terminal.print(renderPairs(factsOf(result)))
  const last = report.timeline.at(-1)
  if (last !== undefined) {
    terminal.print('\nThe last map, a row for each worker:')
    for (const row of drawTimeline(report, last.start + last.milliseconds - result.measured.mapMilliseconds)) terminal.print(row)
  }
  if (trace !== '') terminal.print(`\nTimeline written to ${trace}: open it in chrome://tracing or ui.perfetto.dev.`)
  if (page !== '') terminal.print(`\nPage written to ${page}.`)
  terminal.print(`\n${terminal.style.bold(result.advice)}`)
  return 0
}

function factsOf({ items, item, worker, call, workers, costs, plan, measured }: TuneResult): [string, string][] {
  const time = (microseconds: number) => formatDuration(microseconds / 1e6)
  return [
    ['items', `${formatCount(items.count)} ${items.kind}`],
    ['work in an item', `${time(costs.compute)} on average; single calls p50 ${time(item.computeP50)}, p99 ${time(item.computeP99)}`],
    ['bytes', `${formatCount(item.bytesIn)} in, ${formatCount(item.bytesOut)} out; copied in ${time(item.copy)}`],
    ['round trip of one call', `p50 ${time(item.roundTripP50)}, p99 ${time(item.roundTripP99)}`],
    ['start of a worker', `${formatDuration(worker.start / 1000)}, of which import ${formatDuration(worker.importAndInitializer / 1000)}`],
    ['a message of the map', `p50 ${time(call.dispatch)} beside its work; idle at the end of maps ${formatPercentage(call.tailImbalance)} of the workers' time`],
    ['processor time, heap', workers.map(({ cpuMilliseconds, heapBytes }) => `${cpuMilliseconds === null ? '–' : formatDuration(cpuMilliseconds / 1000)}, ${heapBytes === null ? '–' : `${(heapBytes / 2 ** 20).toFixed(1)} MiB`}`).join(' · ')],
    ['predicted', `${plan.workers} of ${costs.cpus} workers, chunks of ${formatCount(plan.chunkSize)}: ${plan.speedUp.toFixed(2)} × a plain loop; ${plan.ceiling === Infinity ? 'more workers, more' : `at most ${plan.ceiling.toFixed(plan.ceiling < 1 ? 2 : 1)} × with any number`}`],
    ['measured', `loop ${formatDuration(measured.loopMilliseconds / 1000)}, map ${formatDuration(measured.mapMilliseconds / 1000)}: ${measured.speedUp.toFixed(2)} ×; busy ${measured.busy.map((part) => `${(100 * part).toFixed(0)} %`).join(', ')}`],
  ]
}
