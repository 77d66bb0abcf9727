/** What the page of `tune` shows. */
import { info } from '../../index.ts'
import type { PoolReport } from '../../multiprocessing/index.ts'
import type { PoolPage } from '../../report/index.ts'
import { formatCount } from '../../report/index.ts'
import type { Machine } from '../info.ts'
import type { Capacity } from './capacity.ts'
import type { TuneResult } from './measure.ts'
import { chunkSizeFor, predict } from './model.ts'

/** Workers up to which the model's line is drawn, where the machine has fewer. */
const LEAST_DRAWN = 4

export function pageOf(result: TuneResult, { timeline, workers }: PoolReport, facts: PoolPage['facts'], machine: Machine & Capacity): PoolPage {
  const { costs, plan, measured } = result
  const last = timeline.at(-1)
  const from = last === undefined ? 0 : last.start + last.milliseconds - measured.mapMilliseconds
  const shown = timeline.filter(({ start, milliseconds }) => start + milliseconds >= from)
  const { processor, processors, availableParallelism, cpuCount, readBandwidth, runtime, platform } = machine
  return {
    title: `${result.function}, tuned`,
    date: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${result.module}`,
    advice: result.advice,
    facts,
    machine: [['processor', `${processor}: ${processors}, of which affinity leaves ${availableParallelism}, quotas ${cpuCount}`], ['memory', `${formatCount(Math.round(readBandwidth / 1e6))} MB/s read`], ['platform', platform], ['runtime', runtime], ['manycore', info().version]],
    predicted: Array.from({ length: Math.max(LEAST_DRAWN, costs.cpus) }, (_, k) => k + 1).map((count) => ({ workers: count, speedUp: predict(costs, count, chunkSizeFor(costs, count)).speedUp })),
    measured: { workers: plan.workers, speedUp: measured.speedUp },
    lanes: workers.map((_, index) => ({
      name: `worker ${index + 1}`,
      busy: measured.busy[index] ?? 0,
      spans: shown.filter(({ worker }) => worker === index).map(({ name, start, milliseconds, tasks }) => ({ name, start: Math.max(0, start - from), milliseconds, tasks })),
    })),
  }
}
