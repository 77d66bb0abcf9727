/** A queue used by another process: its calls come over a link and are made here. */
import { makeError } from '../../errors.ts'
import type { EncodeContext } from '../../threads/encode.ts'
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

/** Opens a link to the other process and serves `engine` over it. What is under way doesn't keep this thread alive. */
export function serveQueue(engine: Engine, { line }: EncodeContext): { readonly token: string; readonly maxSize: number } {
  if (line === undefined) throw makeError('CLONE', 'a queue can be sent to a process only as an argument, item or message of manycore')
  const link = line.open()
  let closed = false
  const answer = (id: number, value: unknown): void => {
    try {
      postValue(value, [], line, 'item', (packed) => link.post({ id, packed } satisfies Answer))
    } catch (error) {
      link.post({ id, packed: packError(error) } satisfies Answer)
    }
  }
  const handle = async (request: Request): Promise<void> => {
    try {
      const value = await perform(engine, request, () => closed)
      if (closed && request.call === 'get') await drive(engine.put(value, [], Infinity), false)
      else answer(request.id, value)
    } catch (error) {
      link.post({ id: request.id, packed: packError(error) } satisfies Answer)
    }
  }
  link.listen(
    (message) => void handle(message as Request),
    () => {
      closed = true
    },
  )
  return { token: link.token, maxSize: engine.maxSize }
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
