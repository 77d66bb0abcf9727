/**
 * Links between processes: the one line between a parent and its child process carries any number of them, each known to both sides by a token that
 * travels like any text. They are to processes what message ports are to threads.
 */

/** One end of a link. */
export interface Link {
  /** Names the link to the other side. */
  readonly token: string
  readonly line: Line
  /** Throws what the serializer throws. */
  post(message: unknown): void
  /** Messages that came before are kept for the handler. `closed` is called once: by the other side's close or end. */
  listen(handler: (message: unknown) => void, closed: () => void): void
  close(): void
}

interface LinkMessage {
  /** Token of the link, under a name that no other message has. */
  readonly manycoreLink: string
  readonly message?: unknown
  readonly closed?: true
}

/** Lines of this process, by id. */
const lines = new Map<string, Line>()

export class Line {
  readonly id: string
  readonly #side: 'parent' | 'child'
  readonly #ends = new Map<string, End>()
  #send: ((message: LinkMessage) => void) | undefined
  #waiting: LinkMessage[] = []
  #count = 0
  #ended = false

  /** The parent makes the line, possibly before there is a child; the child is told its id. */
  constructor(side: 'parent' | 'child' = 'parent', id: string = crypto.randomUUID()) {
    this.id = id
    this.#side = side
    lines.set(id, this)
  }

  /** What was sent before is sent now. */
  bind(send: (message: LinkMessage) => void): void {
    this.#send = send
    for (const message of this.#waiting.splice(0)) send(message)
  }

  /** A new link, to be told to the other side by its token. */
  open(): Link {
    return this.#end(`${this.id}/${this.#side}/${++this.#count}`)
  }

  /** The end on this side of a link that the other side has opened. */
  accept(token: string): Link {
    return this.#end(token)
  }

  #end(token: string): End {
    let end = this.#ends.get(token)
    if (end === undefined) {
      end = new End(token, this)
      this.#ends.set(token, end)
      if (this.#ended) end.closed()
    }
    return end
  }

  send(message: LinkMessage): void {
    if (this.#ended) return
    if (this.#send === undefined) this.#waiting.push(message)
    else this.#send(message)
  }

  /** True if `message` was one of a link's. */
  route(message: unknown): boolean {
    if (typeof message !== 'object' || message === null || !('manycoreLink' in message)) return false
    const { manycoreLink: token, message: content, closed } = message as LinkMessage
    const end = this.#end(token)
    if (closed === true) end.closed()
    else end.receive(content)
    return true
  }

  forget(token: string): void {
    this.#ends.delete(token)
    if (this.#ended) this.#leave()
  }

  /** The other side has ended. */
  end(): void {
    this.#ended = true
    for (const end of this.#ends.values()) end.closed()
    this.#leave()
  }

  /** What the other side sent before its end may still be asked for. */
  #leave(): void {
    for (const end of this.#ends.values()) if (end.unheard) return
    lines.delete(this.id)
  }
}

/**
 * Closing is answered: the side that closes keeps the end as a grave until the other side has said so, too, since what that one sent meanwhile would else open the link anew. What
 * comes before anybody listens is kept, and a close with it.
 */
class End implements Link {
  readonly token: string
  readonly line: Line
  #early: unknown[] = []
  #handler: ((message: unknown) => void) | undefined
  #onClose: (() => void) | undefined
  #closedHere = false
  #closedThere = false

  constructor(token: string, line: Line) {
    this.token = token
    this.line = line
  }

  /** Something has come that nobody has heard yet. */
  get unheard(): boolean {
    return this.#handler === undefined && !this.#closedHere
  }

  post(message: unknown): void {
    if (!this.#closedHere && !this.#closedThere) this.line.send({ manycoreLink: this.token, message })
  }

  listen(handler: (message: unknown) => void, closed: () => void): void {
    this.#handler = handler
    this.#onClose = closed
    for (const message of this.#early.splice(0)) handler(message)
    if (this.#closedThere) this.#end()
  }

  receive(message: unknown): void {
    if (this.#closedHere || this.#closedThere) return
    if (this.#handler === undefined) this.#early.push(message)
    else this.#handler(message)
  }

  /** By the other side, or with its end. */
  closed(): void {
    if (this.#closedThere) return
    this.#closedThere = true
    if (this.#closedHere) this.line.forget(this.token)
    else {
      this.line.send({ manycoreLink: this.token, closed: true })
      if (this.#handler !== undefined) this.#end()
    }
  }

  #end(): void {
    this.line.forget(this.token)
    this.#onClose?.()
  }

  close(): void {
    if (this.#closedHere) return
    this.#closedHere = true
    this.#early = []
    if (this.#closedThere) this.line.forget(this.token)
    else this.line.send({ manycoreLink: this.token, closed: true })
  }
}

/** This side's end of a link, by the token that arrived. Undefined when the process at the other end is gone. */
export function linkOf(token: string): Link | undefined {
  return lines.get(token.slice(0, token.indexOf('/')))?.accept(token)
}
