/**
 * How an entry of a worker thread or worker process begins: says who it is, reports its end in the table of threads, and hands the line to its parent to
 * the handler. Knows nothing of what handlers do.
 */
import { isMainThread, threadId, workerData, type MessagePort } from 'node:worker_threads'
import { ipcChannel, portChannel, type Handler } from './channel.ts'
import { setIdentity, type Identity } from './current.ts'
import { Line } from './line.ts'
import { writeAtOnce } from './output.ts'
import { markEnded, markRunning } from './table.ts'

/** What `startChild` passes to an entry. */
export interface BootData {
  readonly identity: Identity
  /** Of a process: the id of its line to its parent. */
  readonly line?: string | undefined
}

interface ThreadBootData extends BootData {
  readonly port: MessagePort
  /** Never used: it closes with this thread, which the watcher sees. */
  readonly watch: MessagePort
}

/** How the data begin that a process is given as its first argument. */
const processData = '{"manycore":'

/** To be called by the file that `startChild` starts; where that file is only imported, it does nothing. */
export function boot(handler: Handler): void {
  if (!isMainThread) {
    const data = (workerData as { manycore?: ThreadBootData } | null)?.manycore
    if (data === undefined) return
    process.on('exit', (code) => markEnded(threadId, code))
    if (!markRunning(threadId)) return
    setIdentity(data.identity)
    handler(portChannel(data.port))
  } else if (process.send !== undefined && process.argv[2]?.startsWith(processData) === true) {
    process.on('disconnect', () => process.exit())
    writeAtOnce()
    const { identity, line } = (JSON.parse(process.argv[2]) as { manycore: BootData }).manycore
    setIdentity(identity)
    handler(ipcChannel(new Line('child', line)))
  }
}
