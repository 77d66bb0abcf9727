/** Options of a Pool's calls. */
import { argumentError } from '../../errors.ts'
import { checkAttached } from '../../common/arrays.ts'
import { checkNames } from '../../common/options.ts'
import { checkCount, checkFunction, checkSignal, checkTimeout } from '../options.ts'
import { checkTransfer } from '../../threads/transfer-list.ts'

export interface ApplyOptions {
  /** An abort rejects with `signal.reason`; if the call runs already, its worker is replaced. */
  signal?: AbortSignal | undefined
  /** Milliseconds from the call's start on a worker; then it rejects with a TimeoutError and its worker is replaced. */
  timeout?: number | undefined
  /** Objects among the arguments that are moved instead of copied. */
  transfer?: readonly unknown[] | undefined
}

export interface ChunkOptions {
  /** As for `apply`, for the map as a whole. */
  signal?: AbortSignal | undefined
  /** Milliseconds for one chunk, from its start on a worker. */
  timeout?: number | undefined
  /** Items a message; `'auto'` (default) by their measured time. */
  chunkSize?: number | 'auto' | undefined
}

/** How far a map has come. */
export interface Progress {
  readonly done: number
  /** Undefined for an iterable whose length isn't known. */
  readonly total: number | undefined
}

export interface MapOptions extends ChunkOptions {
  /** Called now and then while the map runs, and at its end. What it throws rejects the map. */
  onProgress?: ((progress: Progress) => void) | undefined
}

export interface BatchOptions extends Omit<MapOptions, 'chunkSize'> {
  /** Elements a batch; the last one may be shorter. */
  batchSize: number
}

/** Of a call without options. */
export const noOptions: ApplyOptions = {}

export function checkApplyOptions(options: ApplyOptions): void {
  if (options === noOptions) return
  checkNames(options, ['signal', 'timeout', 'transfer'])
  checkSignal(options.signal)
  checkTimeout(options.timeout)
  checkTransfer(options.transfer)
}

/** Gives the chunk size, 0 for 'auto'. */
export function checkChunkOptions(options: MapOptions, more: readonly string[] = ['onProgress']): number {
  checkNames(options, ['signal', 'timeout', 'chunkSize', ...more])
  checkSignal(options.signal)
  checkTimeout(options.timeout)
  checkFunction(options.onProgress, 'onProgress')
  const { chunkSize = 'auto' } = options
  if (chunkSize === 'auto') return 0
  if (typeof chunkSize === 'string') throw argumentError('OPTION', 'chunkSize', "an integer, 1 or more, or 'auto'", chunkSize)
  checkCount(chunkSize, 'chunkSize', 1)
  return chunkSize
}

export function checkBatchOptions(options: BatchOptions): void {
  checkNames(options, ['signal', 'timeout', 'onProgress', 'batchSize'])
  checkSignal(options.signal)
  checkTimeout(options.timeout)
  checkFunction(options.onProgress, 'onProgress')
  checkCount(options.batchSize, 'batchSize', 1)
}

export function checkItems(items: unknown, argument = 'items'): void {
  const like = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined
  const iterable = typeof items === 'string' || (typeof items === 'object' && like !== null && (typeof like?.[Symbol.iterator] === 'function' || typeof like?.[Symbol.asyncIterator] === 'function'))
  if (!iterable) throw argumentError('TYPE', argument, 'an array or another iterable', items)
  // A view without memory says that it is empty.
  if (ArrayBuffer.isView(items) && 'at' in items) checkAttached(items as Float64Array, argument)
}
