/** The worker's end of the line to its parent: a message port in a thread, the IPC channel in a process. */
import { receiveMessageOnPort, type MessagePort, type TransferListItem } from 'node:worker_threads'
import type { WorkerKind } from './encode.ts'
import type { Line } from './line.ts'

export interface Channel {
  readonly kind: WorkerKind
  /** Of a process: carries links beside the messages. */
  readonly line: Line | undefined
  /** Throws what structured clone throws for a value that can't be sent. */
  post(message: unknown, transfer?: readonly unknown[]): void
  /** Messages that came before are kept for the handler. Listening keeps the worker alive until `close`. */
  onMessage(handler: (message: unknown) => void): void
  /** No more messages either way; what has been posted still arrives. */
  close(): void
}

/** What a worker does: it gets the line to its parent and reads its set-up from the first message. */
export type Handler = (channel: Channel) => void

export function portChannel(port: MessagePort): Channel {
  return {
    kind: 'thread',
    line: undefined,
    post: (message, transfer) => port.postMessage(message, transfer as TransferListItem[] | undefined),
    onMessage: (handler) => {
      // What has come already, such as the set-up of a worker that starts, need not wait for a turn of the event loop.
      for (let early = receiveMessageOnPort(port); early !== undefined; early = receiveMessageOnPort(port)) handler(early.message)
      port.on('message', handler)
    },
    close: () => port.close(),
  }
}

export function ipcChannel(line: Line): Channel {
  const post = (message: unknown): void => {
    // A parent that has gone needs no answer; `disconnect` ends this process.
    if (process.connected) process.send?.(message, undefined, {}, () => undefined)
  }
  line.bind(post)
  return {
    kind: 'process',
    line,
    post,
    onMessage: (handler) =>
      void process.on('message', (message) => {
        if (!line.route(message)) handler(message)
      }),
    // The line stays open, so that this process still ends with its parent.
    close: () => process.channel?.unref(),
  }
}
