/** A thread's or process's line to a manager's server. */
import { MessageChannel, type MessagePort, type TransferListItem } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import type { EncodeContext } from '../../threads/encode.ts'
import { callerLines, captureCaller, decodeError } from '../../threads/error-transport.ts'
import { linkOf, type Line } from '../../threads/line.ts'
import { holdLoop, letLoopGo } from '../../threads/park.ts'
import { packError, postValue, unpack } from '../message.ts'
import type { Answer, Attach, Call } from './protocol.ts'

interface Transport {
  readonly line: Line | undefined
  post(message: Call | Attach, transfer: readonly unknown[]): void
  close(): void
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
  readonly caller: { readonly stack?: string }
}

/** What an error names when the arguments can't be sent. */
export interface Blamed {
  readonly root: string
  readonly value: unknown
}

/** One for each manager that this thread knows. */
const clients = new Map<string, Client>()

/** The manager whose server the value that is being encoded goes to: it needs no connection to itself. */
let destination: string | undefined

export class Client {
  readonly manager: string
  readonly #transport: Transport
  readonly #pending = new Map<number, Pending>()
  #count = 0
  #ended: Error | undefined

  private constructor(manager: string, connect: (receive: (answer: Answer) => void, closed: () => void) => Transport) {
    this.manager = manager
    this.#transport = connect((answer) => this.#receive(answer), () => this.end())
  }

  /** This thread's client; `connection` is used if it has none yet. */
  static of(manager: string, connection?: MessagePort | string): Client {
    let client = clients.get(manager)
    if (client !== undefined) {
      if (typeof connection === 'object') connection.close()
      return client
    }
    if (connection === undefined) throw makeError('CLOSED', 'the manager has been shut down')
    client = new Client(manager, (receive, closed) => (typeof connection === 'string' ? overLink(connection, receive, closed) : overPort(connection, receive, closed)))
    clients.set(manager, client)
    return client
  }

  call(object: string, method: string, args: readonly unknown[], blamed?: Blamed): Promise<unknown> {
    const caller = captureCaller(this.call)
    return new Promise((resolve, reject) => {
      const id = this.tell(object, method, args, blamed)
      this.#pending.set(id, { resolve, reject, caller })
      // The port itself doesn't keep this thread alive.
      holdLoop()
    })
  }

  /** A call whose answer nobody waits for. Throws CLONE, CLOSED. */
  tell(object: string, method: string, args: readonly unknown[], { root, value }: Blamed = { root: 'args', value: args }): number {
    if (this.#ended !== undefined) throw this.#ended
    const id = ++this.#count
    destination = this.manager
    try {
      postValue(args, [], this.#transport.line, root, (packed, list) => this.#transport.post({ id, object, method, packed }, list), value)
    } finally {
      destination = undefined
    }
    return id
  }

  #receive({ id, packed }: Answer): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    letLoopGo()
    if ('error' in packed) {
      pending.reject(decodeError(packed.error, 'the manager', callerLines(pending.caller)))
      return
    }
    try {
      pending.resolve(unpack(packed))
    } catch (error) {
      pending.reject(error)
    }
  }

  /** The server has ended. */
  end(error: Error = makeError('CLOSED', 'the manager has been shut down, or its thread has ended')): void {
    if (this.#ended !== undefined) return
    this.#ended = error
    clients.delete(this.manager)
    this.#transport.close()
    for (const { reject } of this.#pending.values()) {
      letLoopGo()
      reject(error)
    }
    this.#pending.clear()
  }

  /** A connection for whoever receives the value that is being encoded; undefined where there is one. */
  share({ kind, transfer, line }: EncodeContext): MessagePort | string | undefined {
    if (destination === this.manager) return undefined
    if (this.#ended !== undefined) throw this.#ended
    if (kind === 'thread') {
      const { port1, port2 } = new MessageChannel()
      if (this.#transport.line === undefined) this.#transport.post({ attach: port1 }, [port1])
      else relayPort(this, port1)
      transfer.push(port2)
      return port2
    }
    if (line === undefined) throw makeError('CLONE', 'a proxy can be sent to a process only as an argument, item or message of manycore')
    const link = line.open()
    link.listen((message) => void this.#pass(message as Call, line, (answer) => link.post(answer)), () => undefined)
    return link.token
  }

  /** Makes the call of another process, which has no line to the server of its own. */
  async #pass({ id, object, method, packed }: Call, line: Line | undefined, answer: (answer: Answer) => void): Promise<void> {
    try {
      const value = await this.call(object, method, unpack(packed) as unknown[])
      postValue(value, [], line, 'result', (result) => answer({ id, packed: result }))
    } catch (error) {
      answer({ id, packed: packError(error) })
    }
  }

  /** @internal */
  passTo(message: Call, answer: (answer: Answer) => void): void {
    void this.#pass(message, undefined, answer)
  }
}

/** A thread of a process that itself has only a link to the server. */
function relayPort(client: Client, port: MessagePort): void {
  port.on('message', (message: Call | Attach) => {
    if ('attach' in message) relayPort(client, message.attach)
    else client.passTo(message, (answer) => port.postMessage(answer))
  })
  port.unref()
}

function overPort(port: MessagePort, receive: (answer: Answer) => void, closed: () => void): Transport {
  port.on('message', receive)
  port.on('close', closed)
  port.unref()
  return { line: undefined, post: (message, transfer) => port.postMessage(message, transfer as TransferListItem[]), close: () => port.close() }
}

function overLink(token: string, receive: (answer: Answer) => void, closed: () => void): Transport {
  const link = linkOf(token)
  if (link === undefined) throw makeError('CLOSED', 'the process of the manager has ended')
  link.listen((message) => receive(message as Answer), closed)
  return { line: link.line, post: (message) => link.post(message), close: () => link.close() }
}

