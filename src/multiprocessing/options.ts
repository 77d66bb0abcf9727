/** Checks of arguments that several parts of the toolkit share. */
import { argumentError, makeError } from '../errors.ts'
import { isImporting } from '../threads/load-module.ts'
import type { WorkerKind } from '../threads/encode.ts'

/** The module's URL as text. TYPE error for anything but a URL or an absolute one in a string. */
export function checkUrl(url: unknown): string {
  if (url instanceof URL) return url.href
  if (typeof url === 'string' && URL.canParse(url)) return url
  throw argumentError('TYPE', 'url', 'a URL of the worker module, such as new URL("./tasks.ts", import.meta.url)', url)
}

export function checkName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '') throw argumentError('TYPE', 'name', "the name of one of the module's functions", name)
}

export function checkArguments(args: unknown, argument = 'args'): asserts args is readonly unknown[] {
  if (!Array.isArray(args)) throw argumentError('TYPE', argument, 'an array of arguments', args)
}

/** Each of the items is a list of arguments: an array, or any other object that can be iterated. `base` is the place of the first among all. */
export function checkArgumentLists(items: Iterable<unknown>, base = 0): void {
  let i = base
  for (const item of items) {
    if (typeof item !== 'object' || item === null || !(Symbol.iterator in item)) throw argumentError('TYPE', `items[${i}]`, 'an array of arguments', item)
    i++
  }
}

export function checkKind(kind: unknown): asserts kind is WorkerKind {
  if (kind !== 'thread' && kind !== 'process') throw argumentError('OPTION', 'kind', "'thread' or 'process'", kind)
}

/** Timers go no further, in milliseconds: one set for longer fires at once. A limit beyond it, of 24 days, is none. */
export const LONGEST_TIMER = 2 ** 31 - 1

/** Milliseconds, 0 or more; undefined is no limit. */
export function checkTimeout(timeout: unknown): asserts timeout is number | undefined {
  if (timeout === undefined) return
  if (typeof timeout !== 'number') throw argumentError('OPTION', 'timeout', 'a number of milliseconds, 0 or more', timeout)
  if (!(timeout >= 0)) throw argumentError('OPTION', 'timeout', 'a number of milliseconds, 0 or more', timeout, RangeError)
}

export function checkCount(value: unknown, argument: string, least: number, most = Number.MAX_SAFE_INTEGER): asserts value is number {
  const wanted = `an integer, ${least} or more${most === Number.MAX_SAFE_INTEGER ? '' : `, ${most} at the most`}`
  if (typeof value !== 'number') throw argumentError('OPTION', argument, wanted, value)
  if (!Number.isInteger(value) || value < least || value > most) throw argumentError('OPTION', argument, wanted, value, RangeError)
}

export function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal === undefined) return
  const like = signal as Partial<AbortSignal> | null
  if (typeof like !== 'object' || like === null || typeof like.aborted !== 'boolean' || typeof like.addEventListener !== 'function') {
    throw argumentError('OPTION', 'signal', 'an AbortSignal', signal)
  }
}

export function checkFunction(value: unknown, argument: string): void {
  if (value !== undefined && typeof value !== 'function') throw argumentError('OPTION', argument, 'a function', value)
}

/** A worker that starts workers while it imports its own task module would start them without end. */
export function checkNotImporting(what: string): void {
  if (!isImporting()) return
  throw makeError(
    'TYPE',
    `a ${what} can't be started while a worker imports its task module: guard it with "if (isMainThread)" (from node:worker_threads), or move the tasks to a module of their own`,
    { argument: 'url', got: 'a start during import', wanted: 'an isMainThread guard' },
  )
}
