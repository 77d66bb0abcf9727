/** What users hold of a managed object: every call goes to the manager's server, where the object is. */
import { makeError } from '../../errors.ts'
import { registerCodec, type EncodeContext } from '../../threads/encode.ts'
import { checkItems } from '../pool/call-options.ts'
import { Client } from './client.ts'
import type { ObjectKind, Reference } from './protocol.ts'

/** Where the managed objects of a manager are, they are referred to as they are. */
export interface Holder {
  managed(object: string): object
}

const holders = new Map<string, Holder>()

export function addHolder(manager: string, holder: Holder): void {
  holders.set(manager, holder)
}

/** Gives the reference of a proxy that is being sent. */
let referenceOf: (proxy: ManagerProxy, context: EncodeContext) => Reference

/** Common to all proxies: which object of which manager. */
export class ManagerProxy {
  readonly #client: Client
  readonly #object: string
  readonly #kind: ObjectKind
  readonly #methods: readonly string[]

  /** @internal Proxies come from a Manager. */
  constructor(client: Client, object: string, kind: ObjectKind, methods: readonly string[] = []) {
    this.#client = client
    this.#object = object
    this.#kind = kind
    this.#methods = methods
  }

  /** @internal */
  protected call(method: string, ...args: unknown[]): Promise<unknown> {
    return this.#client.call(this.#object, method, args)
  }

  static {
    referenceOf = (proxy, context) => {
      const connection = proxy.#client.share(context)
      return {
        manager: proxy.#client.manager, object: proxy.#object, kind: proxy.#kind, methods: proxy.#methods, ...(connection === undefined ? {} : { connection }),
      }
    }
  }
}

/** A list that lives with the manager. Items may be proxies of the same manager: they stay live. Negative indices count from the end. */
export class ListProxy<T = unknown> extends ManagerProxy {
  append(item: T): Promise<void> {
    return this.call('append', item) as Promise<void>
  }

  /** Rejects with TYPE for items that are no iterable. */
  async extend(items: Iterable<T>): Promise<void> {
    checkItems(items)
    return this.call('extend', [...items]) as Promise<void>
  }

  /** Rejects with RANGE outside the list. */
  get(index: number): Promise<T> {
    return this.call('get', index) as Promise<T>
  }

  /** Rejects with RANGE outside the list. */
  set(index: number, item: T): Promise<void> {
    return this.call('set', index, item) as Promise<void>
  }

  /** Takes an item out, the last one by default. Rejects with RANGE outside the list. */
  pop(index = -1): Promise<T> {
    return this.call('pop', index) as Promise<T>
  }

  insert(index: number, item: T): Promise<void> {
    return this.call('insert', index, item) as Promise<void>
  }

  /** Takes out the first item that is deeply equal. Rejects with NOT_FOUND. */
  remove(item: T): Promise<void> {
    return this.call('remove', item) as Promise<void>
  }

  slice(start?: number, end?: number): Promise<T[]> {
    return this.call('slice', start, end) as Promise<T[]>
  }

  length(): Promise<number> {
    return this.call('length') as Promise<number>
  }

  /** A copy of the list. */
  toArray(): Promise<T[]> {
    return this.call('toArray') as Promise<T[]>
  }
}

/** A Map that lives with the manager. Keys are strings, numbers and the like; values may be proxies of the same manager. */
export class DictProxy<K = unknown, V = unknown> extends ManagerProxy {
  /** Undefined where there is none. */
  get(key: K): Promise<V | undefined> {
    return this.call('get', key) as Promise<V | undefined>
  }

  set(key: K, value: V): Promise<void> {
    return this.call('set', key, value) as Promise<void>
  }

  has(key: K): Promise<boolean> {
    return this.call('has', key) as Promise<boolean>
  }

  /** Whether it was there. */
  delete(key: K): Promise<boolean> {
    return this.call('delete', key) as Promise<boolean>
  }

  keys(): Promise<K[]> {
    return this.call('keys') as Promise<K[]>
  }

  values(): Promise<V[]> {
    return this.call('values') as Promise<V[]>
  }

  entries(): Promise<[K, V][]> {
    return this.call('entries') as Promise<[K, V][]>
  }

  /** How many entries it has. */
  length(): Promise<number> {
    return this.call('length') as Promise<number>
  }

  clear(): Promise<void> {
    return this.call('clear') as Promise<void>
  }
}

/** Named values that live with the manager. */
export class NamespaceProxy<N extends object = Record<string, unknown>> extends ManagerProxy {
  get<K extends keyof N & string>(name: K): Promise<N[K] | undefined> {
    return this.call('get', name) as Promise<N[K] | undefined>
  }

  set<K extends keyof N & string>(name: K, value: N[K]): Promise<void> {
    return this.call('set', name, value) as Promise<void>
  }

  has(name: keyof N & string): Promise<boolean> {
    return this.call('has', name) as Promise<boolean>
  }

  /** Whether it was there. */
  delete(name: keyof N & string): Promise<boolean> {
    return this.call('delete', name) as Promise<boolean>
  }
}

/** What a proxy of a registered class looks like: its methods, each giving a promise, but for `then`, which would make a promise of the proxy. */
export type Proxied<C> = { readonly [K in keyof C as K extends 'then' ? never : C[K] extends (...args: never[]) => unknown ? K : never]: C[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never }

class ObjectProxy extends ManagerProxy {
  constructor(client: Client, object: string, methods: readonly string[]) {
    super(client, object, 'object', methods)
    for (const method of methods) Object.defineProperty(this, method, { value: (...args: unknown[]) => this.call(method, ...args), enumerable: true })
  }
}

/** The proxy of a reference. */
export function makeProxy(client: Client, { object, kind, methods }: Omit<Reference, 'manager' | 'connection'>): ManagerProxy {
  switch (kind) {
    case 'list':
      return new ListProxy(client, object, kind)
    case 'dict':
      return new DictProxy(client, object, kind)
    case 'namespace':
      return new NamespaceProxy(client, object, kind)
    default:
      return new ObjectProxy(client, object, methods)
  }
}

/** What the server sends for an object that it holds. */
export abstract class Managed {
  abstract reference(): Reference
}

registerCodec(Managed, {
  tag: 'ManagerProxy',
  encode: (managed) => managed.reference(),
  revive: () => {
    throw makeError('INTERNAL', 'a managed object was revived as such')
  },
})

// After that of Managed, whose tag it takes over.
registerCodec(ManagerProxy, {
  tag: 'ManagerProxy',
  encode: (proxy, context) => referenceOf(proxy, context),
  // At home it is the object itself again.
  revive: (reference: Reference) =>
    (holders.get(reference.manager)?.managed(reference.object) ?? makeProxy(Client.of(reference.manager, reference.connection), reference)) as ManagerProxy,
})
