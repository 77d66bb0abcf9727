/** Options of a Pool, checked before anything starts. */
import type { ResourceLimits, Worker } from 'node:worker_threads'
import { argumentError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { availableProcessors } from '../../common/parallelism.ts'
import type { WorkerKind } from '../../threads/encode.ts'
import { checkArguments, checkCount, checkFunction, checkKind, checkName } from '../options.ts'
import type { AnyModule, Arguments, FunctionName } from '../types.ts'

export interface PoolOptions<M = AnyModule> {
  /** Workers at most; they are started as there is work for them. Default: available parallelism. `'leave-one'`: one less, at least 1. */
  processes?: number | 'leave-one' | undefined
  /** A function of the module that each worker runs before its first task. If it fails, so does the pool, once and for good. */
  initializer?: FunctionName<M> | undefined
  initializerArgs?: { [K in FunctionName<M>]: Readonly<Arguments<M, K>> }[FunctionName<M>] | undefined
  /** Tasks (calls, or chunks of a map) after which a worker is replaced. Default: never. */
  maxTasksPerChild?: number | undefined
  /** Threads of this process (default) or processes of their own. */
  kind?: WorkerKind | undefined
  /** Starts a worker thread whose module calls `serve`; for bundlers, which must see `new Worker(new URL(…))` written out. */
  worker?: (() => Worker) | undefined
  /** Environment variables of the workers. Default: a copy of this process's. */
  env?: NodeJS.ProcessEnv | undefined
  /** Limits of each worker thread's heap and stack; of a process: `maxOldGenerationSizeMb` alone. */
  resourceLimits?: ResourceLimits | undefined
  /** Tasks that a worker runs at a time; more than 1 serves tasks that wait. Default 1. */
  concurrency?: number | undefined
  /** How often a task is run again after the worker that ran it died. Default 0. */
  retries?: number | undefined
  /** Calls by `apply` that may wait for a worker, beside those that each have one; one more rejects with QUEUE_FULL. Default: no limit. */
  maxQueue?: number | undefined
}

/** Options with defaults filled in. */
export interface ResolvedPoolOptions {
  readonly processes: number
  readonly initializer: string | undefined
  readonly initializerArgs: readonly unknown[]
  readonly lifetime: number
  readonly kind: WorkerKind
  readonly worker: (() => Worker) | undefined
  readonly env: NodeJS.ProcessEnv | undefined
  readonly resourceLimits: ResourceLimits | undefined
  readonly concurrency: number
  readonly retries: number
  readonly maxQueue: number
}

const names = [
  'processes', 'initializer', 'initializerArgs', 'maxTasksPerChild', 'kind', 'worker', 'env', 'resourceLimits', 'concurrency', 'retries', 'maxQueue',
]

const MOST_WORKERS = 1024

/** The CPUs that this process may use: those of its affinity mask, no more than its container's quota allows (rounded down, at least 1). */
export function cpuCount(): number {
  return availableProcessors()
}

export function resolvePoolOptions(options: PoolOptions): ResolvedPoolOptions {
  checkNames(options, names)
  const { initializer, initializerArgs = [], kind = 'thread', worker, env, resourceLimits, concurrency = 1, retries = 0 } = options
  const { maxTasksPerChild, maxQueue } = options
  const processes = countWorkers(options.processes)
  if (initializer !== undefined) checkName(initializer)
  checkArguments(initializerArgs, 'initializerArgs')
  checkKind(kind)
  checkFunction(worker, 'worker')
  if (worker !== undefined && kind === 'process') throw argumentError('OPTION', 'worker', "nothing, for kind: 'process'", worker)
  for (const [name, value] of Object.entries({ env, resourceLimits })) {
    if (value !== undefined && (typeof value !== 'object' || value === null)) throw argumentError('OPTION', name, 'an object', value)
  }
  checkCount(concurrency, 'concurrency', 1, MOST_WORKERS)
  checkCount(retries, 'retries', 0)
  if (maxTasksPerChild !== undefined) checkCount(maxTasksPerChild, 'maxTasksPerChild', 1)
  if (maxQueue !== undefined && maxQueue !== Infinity) checkCount(maxQueue, 'maxQueue', 0)
  return {
    processes, initializer, initializerArgs, lifetime: maxTasksPerChild ?? Infinity, kind, worker, env, resourceLimits, concurrency, retries,
    maxQueue: maxQueue ?? Infinity,
  }
}

function countWorkers(processes: unknown): number {
  if (processes === undefined) return cpuCount()
  if (processes === 'leave-one') return Math.max(1, cpuCount() - 1)
  if (typeof processes === 'string') throw argumentError('OPTION', 'processes', "an integer, 1 or more, or 'leave-one'", processes)
  checkCount(processes, 'processes', 1, MOST_WORKERS)
  return processes
}
