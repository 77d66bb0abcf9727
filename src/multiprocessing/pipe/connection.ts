/** One end of a pipe. */
import { makeError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { giveAway, registerCodec, type Codec, type EncodeContext } from '../../threads/encode.ts'
import { linkOf } from '../../threads/line.ts'
import { drive, driveSync, type Waiting } from '../../threads/park.ts'
import { noBlocking, packError, postValue, timedOut, unpack, type Packed } from '../message.ts'
import { checkTransfer } from '../../threads/transfer-list.ts'
import { deadlineOf, type WaitOptions } from '../sync/options.ts'
import { waitable, type Watch } from '../waitable.ts'
import { goneError, LinkEnd, makePair, PortEnd, type End, type PortData } from './end.ts'

export interface SendOptions {
  /** Objects in the value that are moved instead of copied. Between processes everything is copied. */
  transfer?: readonly unknown[] | undefined
}

/** What a connection may do. */
export interface Directions {
  readonly sends: boolean
  readonly receives: boolean
}

/** What travels; `ahead` has been looked at but not received. */
type ConnectionData = { readonly directions: Directions; readonly ahead: readonly Packed[] } & ({ readonly port: PortData } | { readonly token: string })

let codec: Codec<Connection>

/**
 * One end of a pipe, from `Pipe()`. Any cloneable value and any object of the toolkit can be sent, in order. A connection can itself be sent to another
 * thread or process; it can't be used here after that.
 */
export class Connection<T = unknown> {
  readonly #end: End
  readonly #directions: Directions
  /** Messages that `poll` has seen. */
  readonly #ahead: Packed[] = []

  /** Passed on to another process: this thread only carries its messages now. */
  #relayed = false

  /** @internal Connections come from `Pipe()`. */
  constructor(end: End, directions: Directions) {
    this.#end = end
    this.#directions = directions
  }

  /** Sends a value; never waits. @throws CLONE naming what can't be sent, CLOSED when this or the other end is closed. */
  send(value: T, options: SendOptions = {}): void {
    checkNames(options, ['transfer'])
    checkTransfer(options.transfer)
    this.#checkUsable('send')
    if (!this.#directions.sends) throw makeError('TYPE', 'send: this end of the pipe only receives')
    if (this.#end.isAlone()) throw makeError('CLOSED', 'send: the other end of the connection is closed')
    postValue(value, options.transfer ?? [], this.#end.line, 'value', (packed, transfer) => this.#end.post(packed, transfer))
  }

  /** Resolves to the next value. Rejects with END_OF_FILE when the other end is closed (or its thread has ended) and there is none left, TIMEOUT when `timeout` milliseconds pass first. */
  async receive(options: WaitOptions = {}): Promise<T> {
    return unpack(await drive(this.#receive(deadlineOf(options), 'receive'), options)) as T
  }

  /** As `receive`, blocking this thread. TYPE error when the other end is in another process. */
  receiveSync(options: WaitOptions = {}): T {
    const deadline = deadlineOf(options)
    if (this.#end.line !== undefined) throw noBlocking('receiveSync')
    return unpack(driveSync(this.#receive(deadline, 'receiveSync'))) as T
  }

  /** Whether `receive` would give something (or END_OF_FILE) at once, or within `timeout` milliseconds (default 0). TYPE error on an end that only sends. */
  async poll(options: WaitOptions = {}): Promise<boolean> {
    return drive(this.#poll(deadlineOf({ timeout: 0, ...options }), 'poll'), options)
  }

  /** As `poll`, blocking this thread. */
  pollSync(options: WaitOptions = {}): boolean {
    const deadline = deadlineOf({ timeout: 0, ...options })
    if (this.#end.line !== undefined && options.timeout !== undefined && options.timeout > 0) throw noBlocking('pollSync')
    return driveSync(this.#poll(deadline, 'pollSync'))
  }

  /** No more from here. What has been sent still arrives; after it the other end gets END_OF_FILE. */
  close(): void {
    if (this.#lost() === undefined) this.#end.close()
  }

  /** `close`. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** Closed here, or sent away. */
  get closed(): boolean {
    return this.#lost() !== undefined
  }

  #lost(): string | undefined {
    return this.#relayed ? 'this connection has been sent to another process' : this.#end.lost()
  }

  #checkUsable(what: string): void {
    const lost = this.#lost()
    if (lost !== undefined) throw makeError('CLOSED', `${what}: ${lost}`)
  }

  #peek(): boolean {
    if (this.#ahead.length > 0) return true
    const packed = this.#end.take()
    if (packed !== undefined) this.#ahead.push(packed)
    return packed !== undefined
  }

  *#receive(deadline: number, what: string): Waiting<Packed> {
    if (!(yield* this.#poll(deadline, what))) throw timedOut(what)
    const packed = this.#ahead.shift()
    if (packed === undefined) throw goneError()
    return packed
  }

  *#poll(deadline: number, what: string): Waiting<boolean> {
    if (!this.#directions.receives) throw makeError('TYPE', `${what}: this end of the pipe only sends`)
    const { words, index } = this.#end.bell
    for (;;) {
      this.#checkUsable(what)
      const value = Atomics.load(words, index)
      if (this.#peek()) return true
      // Whoever has gone may have sent something in between.
      if (this.#end.isAlone()) return this.#peek() || true
      const milliseconds = deadline - performance.now()
      if (milliseconds <= 0) return false
      yield { words, index, value, milliseconds }
    }
  }

  /** @internal */
  get [waitable](): Watch {
    return {
      ready: () => {
        this.#checkUsable('wait')
        return this.#peek() || this.#end.isAlone()
      },
      bell: this.#end.line === undefined ? this.#end.bell : undefined,
      watched: () => undefined,
    }
  }

  #encode(context: EncodeContext): ConnectionData {
    const { kind, transfer, line } = context
    this.#checkUsable('a connection on its way')
    const directions = this.#directions
    if (kind === 'thread') {
      const end = this.#end instanceof PortEnd ? this.#end : this.#forwarded(context)
      const port = end.leave()
      giveAway(context, () => end.stay())
      transfer.push(port.port)
      return { directions, ahead: this.#ahead, port }
    }
    if (line === undefined) throw makeError('CLONE', 'a connection can be sent to a process only as an argument, item or message of manycore')
    const link = line.open()
    this.#relay(new LinkEnd(link), context)
    return { directions, ahead: [], token: link.token }
  }

  /** A thread's end in place of one whose other end is in another process. */
  #forwarded(context: EncodeContext): PortEnd {
    const [near, away] = makePair()
    this.#relay(near, context)
    return away
  }

  /** From now on this thread passes on what comes, both ways. */
  #relay(to: End, context: EncodeContext): void {
    let sent = true
    this.#relayed = true
    giveAway(context, () => {
      sent = false
      this.#relayed = false
      to.close()
    })
    // Once that is known for sure.
    queueMicrotask(() => {
      if (!sent) return
      const both = { sends: true, receives: true }
      const here = makeConnection(this.#end, both)
      for (const message of this.#ahead.splice(0)) here.#ahead.push(message)
      const there = makeConnection(to, both)
      void here.#pump(there)
      void there.#pump(here)
    })
  }

  /** Passes on what comes until either end is closed. Doesn't keep this thread alive. */
  async #pump(to: Connection): Promise<void> {
    try {
      for (;;) {
        const value = unpack(await drive(this.#receive(Infinity, 'relay'), { hold: false }))
        try {
          to.send(value)
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_MANYCORE_CLONE') throw error
          to.#end.post(packError(error), [])
        }
      }
    } catch {
      this.close()
      to.close()
    }
  }

  static {
    codec = {
      tag: 'Connection',
      encode: (connection, context) => connection.#encode(context),
      revive: (data: ConnectionData) => {
        const connection = makeConnection('port' in data ? new PortEnd(data.port) : linkEnd(data.token), data.directions)
        for (const message of data.ahead) connection.#ahead.push(message)
        return connection
      },
    }
  }
}

registerCodec(Connection, codec)

// Outside the class: the compiler's name for a class inside itself, where it has computed members, is set only after its static blocks.
function makeConnection(end: End, directions: Directions): Connection {
  return new Connection(end, directions)
}

function linkEnd(token: string): End {
  const link = linkOf(token)
  if (link !== undefined) return new LinkEnd(link)
  const [here, gone] = makePair()
  gone.close()
  return here
}
