/** For tests only: faults on demand, so that anyone can check that they end as errors. */
import { load } from '../addon/index.ts'
import { ClosedError, TimeoutError, WorkerDiedError } from '../errors.ts'

export { ClosedError, TimeoutError, WorkerDiedError }

export interface PanicOptions {
  /** `call`: in the native function itself · `job`: on a helper thread of a parallel call · `async`: in an asynchronous operation. */
  where: 'call' | 'job' | 'async'
}

let next = 2 ** 40

/**
 * Panics in the native core. It must come out as an error with the code ERR_MANYCORE_INTERNAL (thrown for `call` and `job`, a
 * rejection for `async`), and the next call must work.
 *
 * @returns For `async` a promise that rejects; the other two throw. Without the native core, an error with the same code is made in TypeScript.
 */
export function panic({ where }: PanicOptions): Promise<never> {
  const { addon } = load()
  const index = ['call', 'job', 'async'].indexOf(where)
  if (index < 0) throw new TypeError(`where: expected call, job or async, got ${String(where)}`)
  if (addon === undefined) throw new Error('there is no native core here that could panic')
  return addon.panic(index, next++) as Promise<never>
}
