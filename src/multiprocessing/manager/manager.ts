/** Objects that live in one place and are used from everywhere. */
import { MessageChannel } from 'node:worker_threads'
import { argumentError, makeError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { startChild, type Child } from '../../threads/child.ts'
import { registerCodec } from '../../threads/encode.ts'
import { checkItems } from '../pool/call-options.ts'
import { checkName, checkNotImporting, checkUrl } from '../options.ts'
import { Client, type Blamed } from './client.ts'
import { methodsOf, SERVER, type ServerSetup } from './protocol.ts'
import { makeProxy, type DictProxy, type ListProxy, type ManagerProxy, type NamespaceProxy, type Proxied } from './proxies.ts'

export interface RegisterOptions {
  /** Names of the methods that proxies may call. Default: all whose names don't begin with an underscore, but `then`: whoever awaits the proxy would call it. */
  exposed?: readonly string[] | undefined
}

const entry = new URL('./server.js', import.meta.url)

/**
 * A thread that holds lists, dicts, namespaces and objects of your own classes. What you get are proxies: send them to workers, threads and
 * processes alike; every call goes to the one object and is made there, one call after the other. Proxies may be items of each other.
 *
 * ```ts
 * await using manager = new Manager()
 * const list = manager.list([1, 2])
 * new Process(url, 'work', [list]).start()
 * await list.append(3)
 * ```
 *
 * A call costs a message there and one back. Objects are kept until `shutdown`. An idle manager doesn't keep the program alive.
 */
export class Manager {
  readonly #client: Client
  readonly #child: Child
  readonly #ended: Promise<void>
  readonly #registered = new Set<string>()
  #count = 0
  #closed = false

  /** Starts the manager's thread. */
  constructor() {
    checkNotImporting('Manager')
    const manager = crypto.randomUUID()
    const { port1, port2 } = new MessageChannel()
    let ended: () => void = () => undefined
    this.#ended = new Promise((resolve) => {
      ended = resolve
    })
    this.#client = Client.of(manager, port1)
    this.#child = startChild({
      kind: 'thread', entry, setup: { manager, port: port2 } satisfies ServerSetup, transfer: [port2], identity: { name: 'Manager', kind: 'thread', daemon: true },
      onMessage: () => undefined,
      onExit: ({ error }) => {
        this.#client.end(this.#closed ? undefined : makeError('WORKER_DIED', 'the thread of the manager has ended', error === undefined ? {} : { cause: error }))
        ended()
      },
    })
  }

  /** A list, with items if given. @throws CLONE naming what can't be sent, CLOSED after `shutdown`. */
  list<T = unknown>(items: Iterable<T> = []): ListProxy<T> {
    checkItems(items)
    return this.#make('list', 'items', [...items]) as ListProxy<T>
  }

  /** A Map, of entries or of the properties of a plain object. Keys are strings, numbers, booleans, bigints. */
  dict<K = string, V = unknown>(entries?: Iterable<readonly [K, V]>): DictProxy<K, V>
  dict<V = unknown>(entries: Readonly<Record<string, V>>): DictProxy<string, V>
  dict(entries: Iterable<readonly [unknown, unknown]> | Readonly<Record<string, unknown>> = []): DictProxy {
    if (typeof entries !== 'object' || entries === null) throw argumentError('TYPE', 'entries', 'entries or an object', entries)
    const all = Symbol.iterator in entries ? [...(entries as Iterable<[unknown, unknown]>)] : Object.entries(entries)
    for (const entry of all) if (typeof entry !== 'object' || entry === null || !(Symbol.iterator in entry)) throw argumentError('TYPE', 'entries', 'pairs of a key and a value', entry)
    for (const [key] of all) if (typeof key === 'object' && key !== null) throw argumentError('TYPE', 'entries', 'keys that are no objects', key)
    return this.#make('dict', 'entries', all) as DictProxy
  }

  /** Named values. */
  namespace<N extends object = Record<string, unknown>>(values: Partial<N> = {}): NamespaceProxy<N> {
    if (typeof values !== 'object' || values === null) throw argumentError('TYPE', 'values', 'an object', values)
    return this.#make('namespace', 'values', values) as unknown as NamespaceProxy<N>
  }

  /**
   * Makes a class known: the export `name` of the module at `url`, which the manager's thread imports at the first `create`.
   *
   * @throws TYPE for a bad url or name, OPTION for a bad option, EXISTS when the name is taken.
   */
  register(name: string, url: URL | string, options: RegisterOptions = {}): void {
    checkName(name)
    const href = checkUrl(url)
    checkNames(options, ['exposed'])
    const { exposed } = options
    if (exposed !== undefined && (!Array.isArray(exposed) || !exposed.every((each) => typeof each === 'string'))) throw argumentError('OPTION', 'exposed', 'an array of names of methods', exposed)
    if (exposed?.includes('then') === true) throw argumentError('OPTION', 'exposed', "no method 'then', which whoever awaits the proxy would call: give it another name", 'then')
    if (this.#registered.has(name)) throw makeError('EXISTS', `register: "${name}" is registered already`, { argument: 'name', got: name })
    this.#registered.add(name)
    this.#tell('register', [name, href, exposed])
  }

  /** Makes an object of a registered class; resolves to its proxy, whose methods give promises. Rejects with NOT_FOUND, and with what the constructor throws. */
  async create<C = Record<string, (...args: unknown[]) => unknown>>(name: string, ...args: unknown[]): Promise<Proxied<C>> {
    checkName(name)
    return (await this.#client.call(SERVER, 'create', [this.#nextName(), name, args], { root: 'args', value: args })) as Proxied<C>
  }

  /** Ends the manager's thread; calls under way and later ones reject with CLOSED. Resolves when it has ended. */
  async shutdown(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#client.end()
      this.#child.terminate()
    }
    await this.#ended
  }

  /** `shutdown`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  #nextName(): string {
    return `${++this.#count}`
  }

  #make(kind: 'list' | 'dict' | 'namespace', root: string, initial: unknown): ManagerProxy {
    const object = this.#nextName()
    this.#tell(kind, [object, initial], { root, value: initial })
    return makeProxy(this.#client, { object, kind, methods: methodsOf[kind] })
  }

  /** Nothing comes back but an error of ours; what can't be sent throws here. */
  #tell(method: string, args: readonly unknown[], blamed?: Blamed): void {
    if (this.#closed) throw makeError('CLOSED', 'the manager has been shut down')
    this.#client.tell(SERVER, method, args, blamed)
  }

  static {
    registerCodec(Manager, {
      tag: 'Manager',
      encode: () => {
        throw makeError('CLONE', "a Manager can't be sent to a worker: send its proxies (list, dict, namespace, objects)", { got: 'a Manager', wanted: 'its proxies' })
      },
      revive: () => {
        throw makeError('INTERNAL', 'a Manager arrived')
      },
    })
  }
}
