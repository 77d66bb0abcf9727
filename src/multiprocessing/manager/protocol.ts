/** What a manager's server and its clients say to each other. */
import type { MessagePort } from 'node:worker_threads'
import type { Packed } from '../message.ts'

/** A call of `method` of an object, with its packed arguments; answered under `id`. */
export interface Call {
  readonly id: number
  readonly object: string
  readonly method: string
  readonly packed: Packed
}

export interface Answer {
  readonly id: number
  readonly packed: Packed
}

/** Another client, by its port. */
export interface Attach {
  readonly attach: MessagePort
}

/** First message to the server. */
export interface ServerSetup {
  readonly manager: string
  readonly port: MessagePort
}

export type ObjectKind = 'list' | 'dict' | 'namespace' | 'object'

/** What stands for a managed object on its way. `connection` is missing where the receiver has one for sure. */
export interface Reference {
  readonly manager: string
  readonly object: string
  readonly kind: ObjectKind
  /** Of a registered class: what may be called. */
  readonly methods: readonly string[]
  readonly connection?: MessagePort | string
}

/** The object under which the server itself is called. */
export const SERVER = ''

export const methodsOf: Readonly<Record<Exclude<ObjectKind, 'object'>, readonly string[]>> = {
  list: ['append', 'extend', 'get', 'set', 'pop', 'insert', 'remove', 'slice', 'length', 'toArray'],
  dict: ['get', 'set', 'has', 'delete', 'keys', 'values', 'entries', 'length', 'clear'],
  namespace: ['get', 'set', 'has', 'delete'],
}
