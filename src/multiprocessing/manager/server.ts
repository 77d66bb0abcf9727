/** Entry of a manager's server: a thread that holds the objects and makes the calls of all clients, one after the other. */
import type { MessagePort, TransferListItem } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import { boot } from '../../threads/boot.ts'
import { exportedFunction, loadModule } from '../../threads/load-module.ts'
import { expectTravellers } from '../arrivals.ts'
import { packError, postValue, unpack } from '../message.ts'
import { ManagedDict, ManagedList, ManagedNamespace } from './objects.ts'
import { methodsOf, SERVER, type Answer, type Attach, type Call, type ObjectKind, type Reference, type ServerSetup } from './protocol.ts'
import { addHolder, Managed, type Holder } from './proxies.ts'

type Methods = Record<string, (...args: unknown[]) => unknown>
type Class = new (...args: unknown[]) => object

interface Registered {
  readonly url: string
  readonly exposed: readonly string[] | undefined
}

/** Calls an exposed method of an object. */
let callOf: (managed: ManagedObject, method: string, args: unknown[]) => unknown

/** Stands for an object wherever something here refers to it: in a list, or in the hands of another object's method, which calls it as any proxy. */
class ManagedObject extends Managed {
  readonly #target: object
  readonly #reference: Reference

  constructor(target: object, reference: Reference) {
    super()
    this.#target = target
    this.#reference = reference
    for (const method of reference.methods) Object.defineProperty(this, method, { value: async (...args: unknown[]) => callOf(this, method, args), enumerable: true })
  }

  static {
    callOf = (managed, method, args) => {
      const { methods } = managed.#reference
      if (!methods.includes(method)) throw makeError('NOT_FOUND', `${method} is not exposed; exposed are ${methods.join(', ') || 'none'}`, { got: method, wanted: methods.join(', ') })
      const target = managed.#target as Methods
      if (typeof target[method] !== 'function') throw makeError('NOT_FOUND', `the object has no method ${method}`, { got: method })
      return target[method](...args)
    }
  }

  reference(): Reference {
    return this.#reference
  }
}

class Server implements Holder {
  readonly #manager: string
  readonly #objects = new Map<string, ManagedObject>()
  readonly #registered = new Map<string, Registered>()

  constructor(manager: string) {
    this.#manager = manager
    addHolder(manager, this)
  }

  attach(port: MessagePort): void {
    port.on('message', (message: Call | Attach) => {
      if ('attach' in message) this.attach(message.attach)
      else void this.#answer(message, port)
    })
  }

  managed(object: string): ManagedObject {
    const found = this.#objects.get(object)
    if (found === undefined) throw makeError('NOT_FOUND', `the manager holds no object ${object}`)
    return found
  }

  async #answer({ id, object, method, packed }: Call, port: MessagePort): Promise<void> {
    try {
      const args = unpack(packed) as unknown[]
      const result = object === SERVER ? this.#serve(method, args) : callOf(this.managed(object), method, args)
      // A call that needs no waiting is answered before the next one is looked at.
      const value = isPromise(result) ? await result : result
      postValue(value, [], undefined, 'result', (answer, transfer) => port.postMessage({ id, packed: answer } satisfies Answer, transfer as TransferListItem[]))
    } catch (error) {
      port.postMessage({ id, packed: packError(error) } satisfies Answer)
    }
  }

  #serve(method: string, args: unknown[]): unknown {
    switch (method) {
      case 'register':
        this.#registered.set(args[0] as string, { url: args[1] as string, exposed: args[2] as readonly string[] | undefined })
        return undefined
      case 'create':
        return this.#create(args[0] as string, args[1] as string, args[2] as unknown[])
      default:
        this.#make(method as Exclude<ObjectKind, 'object'>, args[0] as string, args[1])
        return undefined
    }
  }

  #make(kind: Exclude<ObjectKind, 'object'>, object: string, initial: unknown): void {
    const target =
      kind === 'list' ? new ManagedList(initial as Iterable<unknown> | undefined)
      : kind === 'dict' ? new ManagedDict(initial as Iterable<[unknown, unknown]> | undefined)
      : new ManagedNamespace(initial as Record<string, unknown> | undefined)
    this.#keep(object, kind, target, methodsOf[kind])
  }

  async #create(object: string, name: string, args: unknown[]): Promise<ManagedObject> {
    const registered = this.#registered.get(name)
    if (registered === undefined) throw makeError('NOT_FOUND', `no class "${name}" is registered; call register first`, { argument: 'name', got: name })
    const Class = exportedFunction(await loadModule(registered.url), name, registered.url) as unknown as Class
    if (!isClass(Class)) throw makeError('TYPE', `register: the export "${name}" of ${registered.url} is no class`, { argument: 'name', got: name, wanted: 'the name of a class' })
    const target = new Class(...args)
    return this.#keep(object, 'object', target, registered.exposed ?? publicMethods(target))
  }

  #keep(object: string, kind: ObjectKind, target: object, methods: readonly string[]): ManagedObject {
    const managed = new ManagedObject(target, { manager: this.#manager, object, kind, methods })
    this.#objects.set(object, managed)
    return managed
  }
}

/** All methods but those whose names begin with an underscore, and `then`: whoever awaits the proxy would call it. */
function publicMethods(target: object): string[] {
  const names = new Set<string>()
  for (let at: object | null = Object.getPrototypeOf(target) as object | null; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name !== 'constructor' && name !== 'then' && !name.startsWith('_') && typeof value === 'function') names.add(name)
    }
  }
  return [...names]
}

/** Whether it can be called with new. Looked at without calling it. */
function isClass(value: Class): boolean {
  try {
    Reflect.construct(Object, [], value)
    return true
  } catch {
    return false
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
}

boot((channel) => {
  channel.onMessage((setup) => {
    const { manager, port } = setup as ServerSetup
    const server = new Server(manager)
    // Whatever may be put into a list or dict must be able to arrive.
    void Promise.resolve(expectTravellers()).then(() => server.attach(port))
  })
})
