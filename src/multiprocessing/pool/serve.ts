/** The worker's side of a Pool whose workers the user starts: what a bundler's worker file calls. */
import { isMainThread, parentPort, threadId, type MessagePort } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import { portChannel } from '../../threads/channel.ts'
import { setIdentity, type Identity } from '../../threads/current.ts'
import { markEnded, markRunning } from '../../threads/table.ts'

/**
 * Lets a Pool with the option `worker` call these functions in the worker that calls this: its module is the entry that the bundler sees.
 *
 * ```ts
 * // worker.ts
 * import { serve } from 'manycore/multiprocessing'
 * import * as tasks from './tasks.ts'
 * serve(tasks)
 *
 * // main.ts
 * const pool = new Pool<typeof import('./tasks.ts')>(import.meta.url, { worker: () => new Worker(new URL('./worker.ts', import.meta.url)) })
 * ```
 *
 * TYPE error on the main thread.
 */
export function serve(functions: Readonly<Record<string, unknown>>): void {
  if (isMainThread || parentPort === null) throw makeError('TYPE', 'serve: call it in the module that the worker factory of a Pool starts, not on the main thread')
  parentPort.once('message', ({ manycore }: { manycore?: { identity: Identity; port: MessagePort; watch: MessagePort } }) => {
    if (manycore === undefined) return
    process.on('exit', (code) => markEnded(threadId, code))
    if (!markRunning(threadId)) return
    setIdentity(manycore.identity)
    // Later, so that who imports the toolkit on the main thread needn't compile it.
    void import('./worker.ts').then(({ serveModule }) => serveModule(portChannel(manycore.port), () => Promise.resolve(functions)))
  })
}
