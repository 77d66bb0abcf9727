/** What a worker has used of the machine, as it sees itself. */
import { readFileSync } from 'node:fs'
import { builtin } from '../../common/builtin.ts'
import type { WorkerKind } from '../../threads/encode.ts'

export interface Usage {
  /** Processor time since its start; null where the runtime doesn't tell it for a thread. */
  readonly cpuMilliseconds: number | null
  /** JavaScript objects of its heap. */
  readonly heapBytes: number | null
}

/** A reading takes tens of microseconds, so one answer in so many milliseconds carries it. */
export const USAGE_MILLISECONDS = 50

interface CpuTime {
  readonly user: number
  readonly system: number
}

export function usageOf(kind: WorkerKind): Usage {
  return { cpuMilliseconds: orNull(kind === 'process' ? () => sum(process.cpuUsage()) : threadTime), heapBytes: orNull(() => builtin('node:v8').getHeapStatistics().used_heap_size) }
}

/** Of this thread alone: process.cpuUsage() is that of all of them. */
function threadTime(): number | null {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => CpuTime }
  if (threadCpuUsage !== undefined) return sum(threadCpuUsage.call(process))
  // Deno would ask the user whether it may read this.
  if (process.platform !== 'linux' || 'Deno' in globalThis) return null
  const nanoseconds = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0])
  return nanoseconds > 0 ? nanoseconds / 1e6 : null
}

function sum({ user, system }: CpuTime): number {
  return (user + system) / 1000
}

function orNull(read: () => number | null): number | null {
  try {
    return read()
  } catch {
    return null
  }
}
