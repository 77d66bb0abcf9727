/**
 * Errors across a thread or process boundary. Structured clone keeps neither class, code nor own fields; this does: built-in
 * classes come back as their class, others as their nearest built-in ancestor under their own name, with `code`, own fields,
 * `cause`, and a stack that shows the worker first and the call in the parent after it.
 */
import { errorTable, type ErrorKey } from '../errors.ts'

/** An error as plain data. */
export interface EncodedError {
  /** Name of the nearest class that the receiver can be trusted to have; undefined for a thrown value that is no Error. */
  readonly base: string | undefined
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Own enumerable properties that can be cloned. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause: EncodedError | undefined
  /** Of an AggregateError. */
  readonly errors: readonly EncodedError[] | undefined
  /** What was thrown when it was no Error. */
  readonly thrown: unknown
}

type ErrorClass = new (message: string) => Error

const builtIn: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['Error', Error], ['TypeError', TypeError], ['RangeError', RangeError], ['SyntaxError', SyntaxError],
  ['ReferenceError', ReferenceError], ['EvalError', EvalError], ['URIError', URIError],
])

/** A chain of causes longer than this is cut: it is a cycle or of no use to a reader. */
const DEEPEST_CAUSE = 8

const codePrefix = 'ERR_MANYCORE_'

/** `error` (anything that was thrown) as plain data that can be cloned. Never throws: whoever fails must be able to say so. */
export function encodeError(error: unknown, depth = 0): EncodedError {
  try {
    return read(error, depth)
  } catch (trouble) {
    // A getter or a proxy that throws itself.
    return { ...nothing, base: 'Error', name: 'Error', message: `what was thrown can't be read${trouble instanceof Error ? `: ${trouble.message}` : ''}` }
  }
}

const nothing: EncodedError = { base: undefined, name: '', message: '', stack: undefined, fields: {}, cause: undefined, errors: undefined, thrown: undefined }

/** The error with those fields alone that any channel can carry. */
export function bareError(error: EncodedError): EncodedError {
  return {
    ...error,
    fields: Object.fromEntries(Object.entries(error.fields).filter(([, value]) => typeof value !== 'object')),
    cause: error.cause === undefined ? undefined : bareError(error.cause),
    errors: error.errors?.map(bareError),
    thrown: typeof error.thrown === 'object' ? String(error.thrown) : error.thrown,
  }
}

function read(error: unknown, depth: number): EncodedError {
  if (!(error instanceof Error)) return { ...nothing, thrown: cloneable(error) ? error : String(error) }
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(error)) {
    if (key === 'stack' || key === 'message' || key === 'cause' || key === 'errors') continue
    try {
      const value: unknown = error[key as keyof Error]
      if (cloneable(value)) fields[key] = value
    } catch {
      // A field that can't be read is no reason to lose the error.
    }
  }
  // `code` of a DOMException and of some classes is a getter.
  const { code } = error as { code?: unknown }
  if (!('code' in fields) && (typeof code === 'string' || typeof code === 'number')) fields['code'] = code
  const deeper = depth < DEEPEST_CAUSE
  const base = baseOf(error)
  const name = String(error.name)
  const className = error.constructor?.name ?? ''
  return {
    base,
    // A class that gave itself no name has that of its ancestor.
    name: name === base && base !== 'DOMException' && className !== '' ? className : name,
    message: String(error.message),
    stack: typeof error.stack === 'string' ? error.stack : undefined,
    fields,
    cause: deeper && error.cause !== undefined ? encodeError(error.cause, depth + 1) : undefined,
    errors: deeper && error instanceof AggregateError ? error.errors.map((each) => encodeError(each, depth + 1)) : undefined,
    thrown: undefined,
  }
}

function baseOf(error: Error): string {
  if (error instanceof AggregateError) return 'AggregateError'
  if (typeof DOMException !== 'undefined' && error instanceof DOMException) return 'DOMException'
  for (let at: unknown = Object.getPrototypeOf(error); typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    const { name } = (at as Error).constructor
    if (builtIn.has(name)) return name
  }
  return 'Error'
}

/** The error again. `where` names the worker; `caller` is the stack of the call in this thread, without its first line. */
export function decodeError(encoded: EncodedError, where?: string, caller?: string): unknown {
  if (encoded.base === undefined) return encoded.thrown
  const error = blank(encoded)
  if (error.name !== encoded.name && encoded.base !== 'DOMException') hide(error, 'name', encoded.name)
  if (encoded.base !== 'DOMException') Object.assign(error, encoded.fields)
  if (encoded.cause !== undefined) hide(error, 'cause', decodeError(encoded.cause))
  let stack = encoded.stack ?? `${encoded.name}: ${encoded.message}`
  // Nor does its stack say which it was.
  if (stack.startsWith(`${encoded.base}:`)) stack = encoded.name + stack.slice(encoded.base.length)
  if (where !== undefined) stack += `\n    at (in ${where})`
  if (caller !== undefined && caller !== '') stack += `\n${caller}`
  hide(error, 'stack', stack)
  return error
}

function blank({ base, name, message, fields, errors }: EncodedError): Error {
  if (base === 'AggregateError') return new AggregateError((errors ?? []).map((each) => decodeError(each)), message)
  if (base === 'DOMException') return new DOMException(message, name)
  const { code } = fields
  if (typeof code === 'string' && code.startsWith(codePrefix)) {
    const Class = errorTable[code.slice(codePrefix.length) as ErrorKey] as ErrorClass | undefined
    if (Class !== undefined && Class.prototype.name === name) return new Class(message)
  }
  return new (builtIn.get(base ?? '') ?? Error)(message)
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
}

function cloneable(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false
  if (typeof value !== 'object' || value === null) return true
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

/** The stack of the call that is being made, to be shown below the worker's; `below` is the function to leave out with all above it. */
export function captureCaller(below: (...args: never[]) => unknown): { readonly stack?: string } {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, below)
  return holder
}

/** The lines of `captureCaller` without its head. Formatting is what costs, so it is done only when an error must be shown. */
export function callerLines(holder: { readonly stack?: string } | undefined): string {
  const stack = holder?.stack ?? ''
  const first = stack.indexOf('\n')
  return first < 0 ? '' : stack.slice(first + 1)
}
