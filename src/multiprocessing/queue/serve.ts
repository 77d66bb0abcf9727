/** A queue used by another process, or by a thread of a process that itself only has a link to it: its calls come over that link and are made here. */
import { MessageChannel, type MessagePort, type TransferListItem } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import type { EncodeContext } from '../../threads/encode.ts'
import type { Line } from '../../threads/line.ts'
import { drive } from '../../threads/park.ts'
import { packError, postValue, unpack, type Packed } from '../message.ts'
import type { Engine } from './engine.ts'

export interface Request {
  /** Answered under this number, but for taskDone and close, which nobody waits for; of `cancel`: that of the call to give up, which is answered as an aborted one, unless it is done already. */
  readonly id: number
  readonly call: 'put' | 'get' | 'join' | 'taskDone' | 'close' | 'cancel'
  readonly packed?: Packed
  readonly milliseconds: number
}

export interface Answer {
  readonly id: number
  readonly packed: Packed
}

/** What the calls and their answers go over. */
export interface QueueLink {
  /** Of a link to another process. */
  readonly line: Line | undefined
  post(message: unknown, transfer: readonly unknown[]): void
  listen(handler: (message: unknown) => void, closed: () => void): void
  close(): void
}

/** A link to another thread. */
export function portLink(port: MessagePort): QueueLink {
  return {
    line: undefined,
    post: (message, transfer) => port.postMessage(message, transfer as TransferListItem[]),
    listen: (handler, closed) => {
      port.on('message', handler)
      port.on('close', closed)
      port.unref()
    },
    close: () => port.close(),
  }
}

/** Where a queue that is somewhere else is reached. */
export type QueueAddress = { readonly maxSize: number } & ({ readonly token: string } | { readonly served: MessagePort })

/** What is done for others doesn't keep this thread alive. */
const background = { hold: false }

/** Opens a link to the other process and serves `engine` over it. */
export function serveQueue(engine: Engine, { line }: EncodeContext): QueueAddress {
  if (line === undefined) throw makeError('CLONE', 'a queue can be sent to a process only as an argument, item or message of manycore')
  const link = line.open()
  serve(engine, link)
  return { token: link.token, maxSize: engine.maxSize }
}

/** As `serveQueue`, for a thread of this process. */
export function serveQueueToThread(engine: Engine, { transfer }: EncodeContext): QueueAddress {
  const { port1, port2 } = new MessageChannel()
  serve(engine, portLink(port1))
  transfer.push(port2)
  return { served: port2, maxSize: engine.maxSize }
}

function serve(engine: Engine, link: QueueLink): void {
  let closed = false
  const answer = (id: number, value: unknown): void => {
    try {
      postValue(value, [], link.line, 'item', (packed, transfer) => link.post({ id, packed } satisfies Answer, transfer))
    } catch (error) {
      link.post({ id, packed: packError(error) } satisfies Answer, [])
    }
  }
  const waiting = new Map<number, AbortController>()
  const handle = async (request: Request): Promise<void> => {
    const { id, call } = request
    if (call === 'cancel') {
      waiting.get(id)?.abort()
      return
    }
    const controller = new AbortController()
    waiting.set(id, controller)
    try {
      const value = await perform(engine, request, controller.signal, () => closed)
      if (closed && call === 'get') {
        // Nobody takes it any more. It counts as put twice then, and is done once.
        await drive(engine.put(value, [], Infinity), background)
        engine.taskDone()
      } else if (call !== 'taskDone' && call !== 'close') answer(id, value)
    } catch (error) {
      if (call !== 'taskDone' && call !== 'close') link.post({ id, packed: packError(error) } satisfies Answer, [])
    } finally {
      waiting.delete(id)
    }
  }
  link.listen(
    (message) => void handle(message as Request),
    () => {
      closed = true
    },
  )
}

async function perform(engine: Engine, { call, packed, milliseconds }: Request, signal: AbortSignal, closed: () => boolean): Promise<unknown> {
  const deadline = performance.now() + milliseconds
  const how = { ...background, signal }
  switch (call) {
    case 'put':
      return drive(engine.put(packed === undefined ? undefined : unpack(packed), [], deadline), how)
    case 'get':
      return drive(engine.get(deadline, closed), how)
    case 'join':
      return drive(engine.join(deadline), how)
    case 'taskDone':
      return engine.taskDone()
    case 'close':
      return engine.close()
    case 'cancel':
  }
}
