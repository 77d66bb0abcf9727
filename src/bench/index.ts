/**
 * `manycore/bench`: paired timing. Contestants run in interleaved rounds and random order, in several fresh processes; claims are medians of
 * ratios within a round, with a 95 % bootstrap interval, next to what the same method makes of two equal contestants.
 */
export { fill, near, nearArrays, type Case } from './case.ts'
export { caseNamed, cases } from './cases/index.ts'
export { interleave, pairedRatio, type Contestant, type Interleaving, type Timing } from './interleave.ts'
export { carryOut, type JobOptions } from './job.ts'
export { machineCard, type MachineCard } from './machine.ts'
export { measureCase, type MeasureOptions, type Peer } from './measure.ts'
export { runCases, runJob, type Job, type RunOptions } from './processes.ts'
export { AGAIN, OURS, summarise, verdict, type BenchmarkReport, type Entry, type Measurement, type Row, type Sampled, type Scaling, type Settings } from './report.ts'
export { bootstrapMedian, median, randomIndex, type Interval } from './statistics.ts'
export { measureThreads } from './scaling.ts'
