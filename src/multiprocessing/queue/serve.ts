/** A queue used by another process, or by a thread of a process that itself only has a link to it: its calls come over that link and are made here. */
import { MessageChannel, type MessagePort, type TransferListItem } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import type { EncodeContext } from '../../threads/encode.ts'
import type { Line } from '../../threads/line.ts'
import { drive } from '../../threads/park.ts'
import { packError, postValue, unpack, type Packed } from '../message.ts'
import type { Engine } from './engine.ts'

export interface Request {
  /** Answered under this number. */
  readonly id: number
  readonly call: 'put' | 'get' | 'join' | 'taskDone' | 'close'
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
  }
}

/** Where a queue that is somewhere else is reached. */
export type QueueAddress = { readonly maxSize: number } & ({ readonly token: string } | { readonly served: MessagePort })

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

/** What is under way doesn't keep this thread alive. */
function serve(engine: Engine, link: QueueLink): void {
  let closed = false
  const answer = (id: number, value: unknown): void => {
    try {
      postValue(value, [], link.line, 'item', (packed, transfer) => link.post({ id, packed } satisfies Answer, transfer))
    } catch (error) {
      link.post({ id, packed: packError(error) } satisfies Answer, [])
    }
  }
  const handle = async (request: Request): Promise<void> => {
    try {
      const value = await perform(engine, request, () => closed)
      if (closed && request.call === 'get') await drive(engine.put(value, [], Infinity), false)
      else answer(request.id, value)
    } catch (error) {
      link.post({ id: request.id, packed: packError(error) } satisfies Answer, [])
    }
  }
  link.listen(
    (message) => void handle(message as Request),
    () => {
      closed = true
    },
  )
}

async function perform(engine: Engine, { call, packed, milliseconds }: Request, closed: () => boolean): Promise<unknown> {
  const deadline = performance.now() + milliseconds
  switch (call) {
    case 'put':
      return drive(engine.put(packed === undefined ? undefined : unpack(packed), [], deadline), false)
    case 'get':
      return drive(engine.get(deadline, closed), false)
    case 'join':
      return drive(engine.join(deadline), false)
    case 'taskDone':
      return engine.taskDone()
    case 'close':
      return engine.close()
  }
}
