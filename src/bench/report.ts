/** The result of a benchmark run as data: raw samples, and what is concluded from them. */
import type { MachineCard } from './machine.ts'
import { pairedRatio } from './interleave.ts'
import { bootstrapMedian, type Interval } from './statistics.ts'

/** What one process measured of one contestant. */
export interface Sampled {
  readonly name: string
  /** Seconds a call in each round. */
  readonly samples: readonly number[]
  readonly calls: number
  /** Why there are no samples, where there are none. */
  readonly error?: string | undefined
}

/** What one process measured of a case in one size. */
export interface Measurement {
  readonly name: string
  readonly group: string
  readonly n: number
  /** Bytes that a call must move, or null where memory is not what bounds it. */
  readonly bytes: number | null
  /** This package's call first, and once more as `again`: their ratio shows what the method itself makes of equals. */
  readonly contestants: readonly Sampled[]
  readonly error?: string | undefined
  /** What else was measured of the same contestants, for example by another harness. */
  readonly further?: unknown
}

/** One contestant of a row. */
export interface Entry {
  readonly name: string
  /** Seconds a call. */
  readonly seconds: Interval
  /** Its time divided by ours: above 1 we are faster. */
  readonly ratio: Interval
  readonly error?: string | undefined
}

/** A case in one size. */
export interface Row {
  readonly name: string
  readonly group: string
  readonly n: number
  readonly ours: Interval
  /** The same call measured twice: an honest method gives an interval around 1. */
  readonly control: Interval
  /** Bytes a second of ours, or null. */
  readonly bandwidth: number | null
  readonly peers: readonly Entry[]
  readonly error?: string | undefined
}

export interface BenchmarkReport {
  readonly title: string
  readonly date: string
  readonly machine: MachineCard
  /** Further lines for the machine card: versions of peers, say. */
  readonly notes: readonly (readonly [string, string])[]
  readonly settings: Settings
  readonly rows: readonly Row[]
  /** Seconds of ours by number of threads, where that was measured. */
  readonly scaling: readonly Scaling[]
  readonly measurements: readonly Measurement[]
  readonly seconds: number
}

/** Seconds a call on 1, 2, … threads. */
export interface Scaling {
  readonly name: string
  readonly n: number
  readonly points: readonly { readonly threads: number; readonly seconds: number }[]
}

export interface Settings {
  readonly rounds: number
  readonly processes: number
  readonly sampleTime: number
  readonly budget: number
  readonly leastRounds: number
  readonly patience: number
  readonly quick: boolean
}

/** Names of the two entries of this package's own call. */
export const OURS = 'manycore'
export const AGAIN = 'manycore again'

/** Draws the conclusions: one row a case and size, over all processes that measured it. */
export function summarise(measurements: readonly Measurement[]): Row[] {
  const rows = new Map<string, Measurement[]>()
  for (const measurement of measurements) {
    const key = `${measurement.name}\n${measurement.n}`
    const same = rows.get(key)
    if (same === undefined) rows.set(key, [measurement])
    else same.push(measurement)
  }
  return [...rows.values()].map(summariseRow)
}

function summariseRow(processes: readonly Measurement[]): Row {
  const { name, group, n, bytes } = processes[0]!
  const samplesOf = (contestant: string) => processes.map(({ contestants }) => contestants.find((candidate) => candidate.name === contestant)?.samples ?? [])
  const mine = samplesOf(OURS)
  const ours = bootstrapMedian(mine)
  const names = new Set(processes.flatMap(({ contestants }) => contestants.map((contestant) => contestant.name)))
  names.delete(OURS)
  names.delete(AGAIN)
  const peers = [...names].map((peer): Entry => {
    const samples = samplesOf(peer)
    const error = processes.flatMap(({ contestants }) => contestants).find((contestant) => contestant.name === peer && contestant.error !== undefined)?.error
    return { name: peer, seconds: bootstrapMedian(samples), ratio: pairedRatio(samples, mine), ...(error === undefined ? {} : { error }) }
  })
  const error = processes.find((process) => process.error !== undefined)?.error
  return {
    name, group, n, ours, peers,
    control: pairedRatio(samplesOf(AGAIN), mine),
    bandwidth: bytes === null || !Number.isFinite(ours.median) ? null : bytes / ours.median,
    ...(error === undefined ? {} : { error }),
  }
}

/** What became of a comparison: `lost` and `won` only where the whole interval says so, beyond what the control makes of equals. */
export function verdict(entry: Entry, control: Interval): 'won' | 'level' | 'lost' | 'failed' {
  if (!Number.isFinite(entry.ratio.median)) return 'failed'
  const noise = Math.max(Math.abs(control.high - 1), Math.abs(control.low - 1), 0.02)
  if (entry.ratio.low > 1 + noise) return 'won'
  if (entry.ratio.high < 1 - noise) return 'lost'
  return 'level'
}
