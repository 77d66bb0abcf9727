/** How many threads this process may use. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { posix } from 'node:path'
import { argumentError } from '../errors.ts'
import { MAX_THREADS } from './options.ts'

/** Content of a file, or undefined where there is none. */
export type ReadText = (path: string) => string | undefined

let counted: number | undefined

/**
 * Processors that the process may use: those of its affinity mask, no more than the container's CPU quota allows (Node 20 doesn't look at quotas). At least 1; quotas
 * are rounded down, as Rust's standard library does.
 */
export function availableProcessors(): number {
  return (counted ??= Math.max(1, Math.min(availableParallelism(), Math.floor(cpuQuota(readText)))))
}

/**
 * Threads that the process may use: `MANYCORE_NUM_THREADS` where it is set, else as many as it has processors.
 *
 * @throws ERR_MANYCORE_OPTION if `MANYCORE_NUM_THREADS` is no integer from 1 to 1024.
 */
export function availableThreads(): number {
  const wanted = process.env['MANYCORE_NUM_THREADS']
  if (wanted === undefined || wanted === '') return availableProcessors()
  // As the native core reads it.
  const count = /^\s*\+?\d+\s*$/.test(wanted) ? Number(wanted) : NaN
  if (!(count >= 1 && count <= MAX_THREADS)) throw argumentError('OPTION', 'MANYCORE_NUM_THREADS', `an integer from 1 to ${MAX_THREADS}`, wanted, RangeError)
  return count
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Processors' worth of time that control groups grant this process (Linux, versions 1 and 2), or Infinity. */
export function cpuQuota(read: ReadText): number {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n')
  return Math.min(Infinity, ...lines.map((line) => quotaOf(line, read)))
}

/** A line of /proc/self/cgroup: `hierarchy:controllers:path`; version 2 has hierarchy 0 and names no controllers. */
function quotaOf(line: string, read: ReadText): number {
  const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
  if (path === undefined) return Infinity
  if (hierarchy === '0' && controllers === '') {
    return tightest('/sys/fs/cgroup', path, (folder) => {
      const [quota, period] = (read(posix.join(folder, 'cpu.max')) ?? '').trim().split(' ')
      return Number(quota) / Number(period)
    })
  }
  if (controllers === undefined || !controllers.split(',').includes('cpu')) return Infinity
  return tightest('/sys/fs/cgroup/cpu', path, (folder) => {
    const quota = Number(read(posix.join(folder, 'cpu.cfs_quota_us')) ?? NaN)
    return quota / Number(read(posix.join(folder, 'cpu.cfs_period_us')) ?? NaN)
  })
}

/** The least quota of a group and those above it. In a container the path may be seen from outside: then only the root exists. */
function tightest(mount: string, path: string, quota: (folder: string) => number): number {
  let least = Infinity
  for (let group = posix.join('/', path); ; group = posix.dirname(group)) {
    const limit = quota(posix.join(mount, group))
    if (limit > 0) least = Math.min(least, limit)
    if (group === '/') return least
  }
}
