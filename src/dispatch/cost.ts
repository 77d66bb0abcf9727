/**
 * The measured constants that the planner reckons with, in nanoseconds. They decide who computes, never what comes out.
 * Measured by `node scripts/measure-dispatch.mjs` (prints this table's figures for the machine it runs on).
 */
import type { ReductionName } from '../kernels/table.ts'

export interface KernelCost {
  /** One element in the TypeScript loop. */
  readonly inline: number
  /** One element in the native loop on one thread, data in cache. */
  readonly native: number
  /** Longest input for which the TypeScript loop beats a native call. */
  readonly inlineLimit: number
}

export const kernelCosts: Readonly<Record<ReductionName, KernelCost>> = {
  sum: { inline: 0.45, native: 0.085, inlineLimit: 160 },
  sumOfSquares: { inline: 0.45, native: 0.085, inlineLimit: 160 },
  dot: { inline: 0.9, native: 0.17, inlineLimit: 128 },
  min: { inline: 0.9, native: 0.11, inlineLimit: 80 },
  max: { inline: 0.9, native: 0.11, inlineLimit: 128 },
  variance: { inline: 1.2, native: 0.2, inlineLimit: 48 },
  minMax: { inline: 1.8, native: 0.17, inlineLimit: 128 },
  argMin: { inline: 0.9, native: 0.13, inlineLimit: 192 },
  argMax: { inline: 0.9, native: 0.13, inlineLimit: 192 },
  sumOfAbsolutes: { inline: 0.45, native: 0.085, inlineLimit: 192 },
  euclideanNorm: { inline: 0.5, native: 0.09, inlineLimit: 256 },
  product: { inline: 0.45, native: 0.085, inlineLimit: 160 },
  countNonzero: { inline: 0.6, native: 0.1, inlineLimit: 128 },
  countNaN: { inline: 0.6, native: 0.1, inlineLimit: 256 },
  logSumExp: { inline: 8, native: 1.6, inlineLimit: 12 },
  compensatedSum: { inline: 2.2, native: 0.16, inlineLimit: 48 },
  compensatedSumOfSquares: { inline: 4, native: 0.4, inlineLimit: 32 },
  compensatedDot: { inline: 6, native: 0.6, inlineLimit: 24 },
  describe: { inline: 3.5, native: 0.35, inlineLimit: 32 },
}

/** A native call that does nothing but fetch its arguments and give a number. */
export const nativeCall = 90

/** What a native call of a reduction costs beside its elements: where the loops of both languages meet, it is what the native one has saved by then. */
export function reductionCall({ inline, native, inlineLimit }: KernelCost): number {
  return inlineLimit * (inline - native)
}

/**
 * Waking helpers and waiting for the last of them: 7 000 where a core is awake, and 50 000 to 150 000 where the system must wake it (two virtual cores: a second thread made maps and sorts of
 * 30 to 150 µs a fifth slower).
 */
export const nativeFork = 20_000

/** Bytes from which reading is bound by memory rather than by the loop, and what a byte costs there on one thread. */
export const cacheBytes = 24e6
export const memoryByte = 0.045

/** Bytes that the caches of one core hold, and what a byte of more costs a kernel on one thread that writes about half as many as it reads. Two cores hold twice as many. */
export const nearBytes = 2 << 20
export const nearByte = 0.035

/** Smallest input, in bytes, that is worth a second thread: below it the fork costs more than it saves. */
export const parallelBytes = 1 << 20

/** Predicted nanoseconds of a TypeScript loop: what it computes, or what its bytes take where they come from memory. */
export function inlineCost(nanoseconds: number, bytes: number): number {
  return bytes > cacheBytes ? Math.max(nanoseconds, bytes * memoryByte) : nanoseconds
}

/** Posting a job to running workers and waiting for the last of them. */
export const workersFork = 40_000

/** Work below this is done at once in the promise form: a round trip over another thread costs about 15 000. */
export const inlinePromise = 100_000
