/**
 * Errors across a thread or process boundary. Structured clone keeps neither class, code nor own fields; this does: built-in
 * classes come back as their class, others as their nearest built-in ancestor under their own name, with `code`, own fields,
 * `cause`, and a stack that shows the worker first and the call in the parent after it.
 */
import { types } from 'node:util'
import { errorTable, type ErrorKey } from '../errors.ts'
import { cloneable } from './clone-error.ts'

/** An error as plain data. What it refers to twice, itself too, is one object here as well, and again one error at its end. */
export interface EncodedError {
  /** Name of the nearest class that the receiver can be trusted to have; undefined for a thrown value that is no Error. */
  readonly base: string | undefined
  readonly name: string
  readonly message: string
  stack: string | undefined
  /** Own properties that can be cloned and are no errors. */
  readonly fields: Record<string, unknown>
  /** Own properties that are errors: cloned, they would lose what is kept here. */
  readonly inner: Record<string, EncodedError>
  cause: EncodedError | undefined
  /** Of an AggregateError. */
  errors: readonly EncodedError[] | undefined
  /** What was thrown when it was no Error. */
  readonly thrown: unknown
}

type ErrorClass = new (message: string) => Error

const builtIn = new Map<string, ErrorClass>([
  ['Error', Error], ['TypeError', TypeError], ['RangeError', RangeError], ['SyntaxError', SyntaxError],
  ['ReferenceError', ReferenceError], ['EvalError', EvalError], ['URIError', URIError],
])

/** What isn't carried as a field. */
const ownPlace: ReadonlySet<string> = new Set(['name', 'stack', 'message', 'cause'])

/** Node 24's, of `using`; where it is missing it comes back as an Error of that name. */
const Suppressed = (globalThis as unknown as { SuppressedError?: new (error: unknown, suppressed: unknown, message: string) => Error }).SuppressedError

/** Properties of a class that aren't enumerable. */
const innerOf: ReadonlyMap<string, readonly string[]> = new Map([['SuppressedError', ['error', 'suppressed']]])

/** Errors within errors go no deeper than this: what is further away is of no use to a reader. */
const DEEPEST_CAUSE = 8

const codePrefix = 'ERR_MANYCORE_'

type Seen = Map<unknown, EncodedError>

/** `error` (anything that was thrown) as plain data that can be cloned. Never throws: whoever fails must be able to say so. */
export function encodeError(error: unknown, depth = 0, seen: Seen = new Map()): EncodedError {
  try {
    return seen.get(error) ?? read(error, depth, seen)
  } catch (trouble) {
    // A getter or a proxy that throws itself.
    return { ...nothing, base: 'Error', name: 'Error', message: `what was thrown can't be read${trouble instanceof Error ? `: ${trouble.message}` : ''}` }
  }
}

const nothing: EncodedError = { base: undefined, name: '', message: '', stack: undefined, fields: {}, inner: {}, cause: undefined, errors: undefined, thrown: undefined }

/** The error with those fields alone that any channel can carry. */
export function bareError(error: EncodedError, seen = new Map<EncodedError, EncodedError>()): EncodedError {
  const known = seen.get(error)
  if (known !== undefined) return known
  const bare: EncodedError = {
    ...error,
    fields: Object.fromEntries(Object.entries(error.fields).filter(([, value]) => typeof value !== 'object')),
    inner: {},
    thrown: typeof error.thrown === 'object' ? String(error.thrown) : error.thrown,
  }
  seen.set(error, bare)
  for (const [key, value] of Object.entries(error.inner)) bare.inner[key] = bareError(value, seen)
  if (error.cause !== undefined) bare.cause = bareError(error.cause, seen)
  if (error.errors !== undefined) bare.errors = error.errors.map((each) => bareError(each, seen))
  return bare
}

function read(error: unknown, depth: number, seen: Seen): EncodedError {
  if (!isError(error)) return { ...nothing, thrown: cloneable(error) ? error : String(error) }
  const base = baseOf(error)
  const name = String(error.name)
  const className = error.constructor?.name ?? ''
  const encoded: EncodedError = {
    base,
    // A class that gave itself no name has that of its ancestor.
    name: name === base && base !== 'DOMException' && className !== '' ? className : name,
    message: String(error.message),
    stack: typeof error.stack === 'string' ? error.stack : undefined,
    fields: {},
    inner: {},
    cause: undefined,
    errors: undefined,
    thrown: undefined,
  }
  seen.set(error, encoded)
  const deeper = depth < DEEPEST_CAUSE
  for (const key of [...Object.keys(error), ...(innerOf.get(base) ?? [])]) {
    if (ownPlace.has(key) || (key === 'errors' && base === 'AggregateError')) continue
    try {
      const value: unknown = error[key as keyof Error]
      if (isError(value)) {
        if (deeper) encoded.inner[key] = encodeError(value, depth + 1, seen)
      } else if (cloneable(value)) {
        encoded.fields[key] = value
      }
    } catch {
      // A field that can't be read is no reason to lose the error.
    }
  }
  // `code` of a DOMException and of some classes is a getter.
  const { code } = error as { code?: unknown }
  if (!('code' in encoded.fields) && (typeof code === 'string' || typeof code === 'number')) encoded.fields['code'] = code
  if (deeper && error.cause !== undefined) encoded.cause = encodeError(error.cause, depth + 1, seen)
  if (deeper && error instanceof AggregateError) encoded.errors = error.errors.map((each) => encodeError(each, depth + 1, seen))
  return encoded
}

function baseOf(error: Error): string {
  if (error instanceof AggregateError) return 'AggregateError'
  if (typeof DOMException !== 'undefined' && error instanceof DOMException) return 'DOMException'
  for (let at: unknown = Object.getPrototypeOf(error); typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    const { name } = (at as Error).constructor
    if (builtIn.has(name) || innerOf.has(name)) return name
  }
  return 'Error'
}

/** The error again. `where` names the worker; `caller` is the stack of the call in this thread, without its first line. */
export function decodeError(encoded: EncodedError, where?: string, caller?: string, seen = new Map<EncodedError, unknown>()): unknown {
  if (encoded.base === undefined) return encoded.thrown
  const known = seen.get(encoded)
  if (known !== undefined) return known
  const error = blank(encoded)
  seen.set(encoded, error)
  const { base, name, fields, inner, cause, errors } = encoded
  const again = (each: EncodedError): unknown => decodeError(each, undefined, undefined, seen)
  if (error.name !== name && base !== 'DOMException') hide(error, 'name', name)
  // A DOMException's code is that of its name.
  for (const [key, value] of Object.entries(fields)) if (key !== 'code' || base !== 'DOMException') setField(error, key, value)
  for (const [key, value] of Object.entries(inner)) (innerOf.get(base)?.includes(key) === true ? hide : setField)(error, key, again(value))
  if (cause !== undefined) hide(error, 'cause', again(cause))
  if (errors !== undefined) hide(error, 'errors', errors.map(again))
  let stack = encoded.stack ?? `${name}: ${encoded.message}`
  // Nor does its stack say which it was.
  if (stack.startsWith(`${base}:`)) stack = name + stack.slice(base.length)
  if (where !== undefined) stack += `\n    at (in ${where})`
  if (caller !== undefined && caller !== '') stack += `\n${caller}`
  hide(error, 'stack', stack)
  return error
}

function blank({ base, name, message, fields }: EncodedError): Error {
  if (base === 'AggregateError') return new AggregateError([], message)
  if (base === 'DOMException') return new DOMException(message, name)
  if (base === 'SuppressedError' && Suppressed !== undefined) return new Suppressed(undefined, undefined, message)
  const { code } = fields
  if (typeof code === 'string' && code.startsWith(codePrefix)) {
    const Class = errorTable[code.slice(codePrefix.length) as ErrorKey] as ErrorClass | undefined
    if (Class !== undefined && Class.prototype.name === name) return new Class(message)
  }
  return new (builtIn.get(base ?? '') ?? Error)(message)
}

/** Its own, whatever its class says of such a name. */
function setField(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: true })
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
}

/** One of another realm (`node:vm`) too. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}

/** The stack of the call that is being made, to be shown below the worker's; `below` is the function to leave out with all above it. It may be put into `holder` once the workers have begun. */
export function captureCaller(below: (...args: never[]) => unknown, holder: { stack?: string } = {}): { readonly stack?: string } {
  Error.captureStackTrace(holder, below)
  return holder
}

/** The lines of `captureCaller` without its head. Formatting is what costs, so it is done only when an error must be shown. */
export function callerLines(holder: { readonly stack?: string } | undefined): string {
  const stack = holder?.stack ?? ''
  const first = stack.indexOf('\n')
  return first < 0 ? '' : stack.slice(first + 1)
}
