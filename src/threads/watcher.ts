/** Entry of the watcher thread: marks a thread as ended when the port that it holds closes. */
import { parentPort, type MessagePort } from 'node:worker_threads'
import { markEnded } from './table.ts'

parentPort?.on('message', ({ threadId, port }: { threadId: number; port: MessagePort }) => {
  port.on('close', () => markEnded(threadId))
  port.start()
})
