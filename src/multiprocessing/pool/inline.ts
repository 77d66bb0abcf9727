/** A pool for one function that is written where it is used. */
import { Script } from 'node:vm'
import { argumentError, makeError } from '../../errors.ts'
import type { AnyIterable, BigIntArray, NumberArray, NumericItems, NumericResult } from '../types.ts'
import type { Range } from '../../common/range.ts'
import type { WaitOptions } from '../sync/options.ts'
import type { ApplyOptions, BatchOptions, ChunkOptions, MapOptions } from './call-options.ts'
import type { PoolReport } from './report.ts'

/** What an inline pool needs of the pool below it. */
interface AnyPool {
  apply(name: 'inline', args: readonly unknown[], options?: ApplyOptions): Promise<unknown>
  map(name: 'inline', items: never, options?: MapOptions): Promise<unknown>
  starmap(name: 'inline', items: AnyIterable<readonly unknown[]>, options?: MapOptions): Promise<unknown[]>
  mapBatches(name: 'inline', items: never, options: BatchOptions): Promise<unknown[]>
  imap(name: 'inline', items: never, options?: ChunkOptions): AsyncGenerator<unknown, void, undefined>
  imapUnordered(name: 'inline', items: never, options?: ChunkOptions): AsyncGenerator<unknown, void, undefined>
  close(): void
  join(options?: WaitOptions): Promise<void>
  terminate(): Promise<void>
  report(): PoolReport
}

/** As a Pool, without the name: there is one function. */
export class InlinePool<A extends unknown[], R> {
  readonly #pool: AnyPool

  /** @internal Made by `Pool.inline`. */
  constructor(pool: unknown) {
    this.#pool = pool as AnyPool
  }

  apply(args: Readonly<A>, options: ApplyOptions = {}): Promise<Awaited<R>> {
    return explain(this.#pool.apply('inline', args, options)) as Promise<Awaited<R>>
  }

  map(items: NumericItems<A[0]>, options?: MapOptions): Promise<NumericResult<Awaited<R>>>
  map(items: AnyIterable<A[0]>, options?: MapOptions): Promise<Awaited<R>[]>
  map(items: unknown, options: MapOptions = {}): Promise<unknown> {
    return explain(this.#pool.map('inline', items as never, options))
  }

  starmap(items: AnyIterable<Readonly<A>>, options: MapOptions = {}): Promise<Awaited<R>[]> {
    return explain(this.#pool.starmap('inline', items, options)) as Promise<Awaited<R>[]>
  }

  mapBatches(items: Extract<NumberArray | BigIntArray | Range, A[0]>, options: BatchOptions): Promise<Awaited<R>[]> {
    return explain(this.#pool.mapBatches('inline', items as never, options)) as Promise<Awaited<R>[]>
  }

  imap(items: AnyIterable<A[0]>, options: ChunkOptions = {}): AsyncGenerator<Awaited<R>, void, undefined> {
    return explainEach(this.#pool.imap('inline', items as never, options)) as AsyncGenerator<Awaited<R>, void, undefined>
  }

  imapUnordered(items: AnyIterable<A[0]>, options: ChunkOptions = {}): AsyncGenerator<Awaited<R>, void, undefined> {
    return explainEach(this.#pool.imapUnordered('inline', items as never, options)) as AsyncGenerator<Awaited<R>, void, undefined>
  }

  close(): void {
    this.#pool.close()
  }

  join(options: WaitOptions = {}): Promise<void> {
    return this.#pool.join(options)
  }

  terminate(): Promise<void> {
    return this.#pool.terminate()
  }

  report(): PoolReport {
    return this.#pool.report()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate()
  }
}

/** A module that exports the function as `inline`. TYPE error for what has no text of its own: built-in and bound functions, classes. */
export function moduleOf(fn: unknown): string {
  if (typeof fn !== 'function') throw argumentError('TYPE', 'fn', 'a function', fn)
  const text = Function.prototype.toString.call(fn)
  const expression = /^class\b/.test(text) ? undefined : [text, asMethod(text)].find(isExpression)
  if (expression === undefined || /\{\s*\[native code\]\s*\}\s*$/.test(text)) throw argumentError('TYPE', 'fn', 'a function whose text can stand by itself: no class, no bound or built-in function', fn)
  // Compilers that keep names wrap inner functions in a helper of theirs.
  return `data:text/javascript,${encodeURIComponent(`const __name = (f) => f\nexport const inline = (${expression})\n`)}`
}

/** `f(x) { … }` of an object or class, as an expression. */
function asMethod(text: string): string {
  return text.replace(/^(async\s+)?(\*\s*)?/, (_, async = '', star = '') => `${async as string}function${star === '' ? ' ' : '* '}`)
}

function isExpression(text: string): boolean {
  try {
    return new Script(`(${text})`) instanceof Script
  } catch {
    return false
  }
}

function explained(error: unknown): unknown {
  const name = error instanceof ReferenceError ? /^(\S+) is not defined$/.exec(error.message)?.[1] : undefined
  if (name === undefined) return error
  return makeError('TYPE', `Pool.inline: the function uses ${name}, which is not there in a worker: only its own text is sent. Give it as an argument, or export the function from a module and name that`, {
    argument: 'fn', got: `a function that uses ${name}`, wanted: 'a function that uses nothing from outside itself', cause: error,
  })
}

async function explain<T>(result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    throw explained(error)
  }
}

async function* explainEach(results: AsyncGenerator<unknown, void, undefined>): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* results
  } catch (error) {
    throw explained(error)
  }
}
