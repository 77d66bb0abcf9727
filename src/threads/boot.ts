/**
 * Entry of every worker thread and worker process: says who it is, reports its end in the table of threads, and hands the
 * line to its parent to the handler it was started for. Knows nothing of what handlers do.
 */
import { isMainThread, threadId, workerData, type MessagePort } from 'node:worker_threads'
import { ipcChannel, portChannel, type Channel, type Handler } from './channel.ts'
import { setIdentity, type Identity } from './current.ts'
import { Line } from './line.ts'
import { markEnded, markRunning } from './table.ts'

/** What `startChild` passes to this file. */
export interface BootData {
  readonly handler: string
  readonly identity: Identity
  /** Of a process: the id of its line to its parent. */
  readonly line?: string | undefined
}

interface ThreadBootData extends BootData {
  readonly port: MessagePort
  /** Never used: it closes with this thread, which the watcher sees. */
  readonly watch: MessagePort
}

function boot({ handler, identity }: BootData, channel: Channel): void {
  setIdentity(identity)
  // A failure here is one of the package itself and ends the worker as an uncaught error.
  void import(handler).then((module: Handler) => module.main(channel))
}

const data = isMainThread ? undefined : (workerData as { manycore?: ThreadBootData } | null)?.manycore
if (data !== undefined) {
  process.on('exit', (code) => markEnded(threadId, code))
  if (markRunning(threadId)) boot(data, portChannel(data.port))
} else if (process.send !== undefined && process.argv[2] !== undefined) {
  process.on('disconnect', () => process.exit())
  const options = JSON.parse(process.argv[2]) as BootData
  boot(options, ipcChannel(new Line('child', options.line)))
}
