/**
 * Every error that manycore raises: one table of codes, one way to make an error.
 *
 * The `code` identifies an error (`ERR_MANYCORE_` + a key of the table); the class says its kind; argument errors carry
 * `argument`, `got` and `wanted`. No common base class is promised: test the code.
 */

/** A time limit ran out. */
export class TimeoutError extends Error {
  static {
    this.prototype.name = 'TimeoutError'
  }
}

/** A worker thread or process ended while it still owed an answer. */
export class WorkerDiedError extends Error {
  static {
    this.prototype.name = 'WorkerDiedError'
  }
}

/** Something was asked of an object that has been closed, terminated or shut down. */
export class ClosedError extends Error {
  static {
    this.prototype.name = 'ClosedError'
  }
}

type ErrorClass = new (message: string, options?: ErrorOptions) => Error

/** Code (without its prefix) → the class it is raised as. */
export const errorTable = {
  /** Shapes, lengths or feature counts that don't fit together. */
  SHAPE: RangeError,
  /** An argument of a type that the function doesn't take. */
  TYPE: TypeError,
  /** An unknown option, or an option whose value is of the wrong type or out of range. */
  OPTION: TypeError,
  /** A value out of range, such as the minimum of nothing. */
  RANGE: RangeError,
  /** A buffer that was transferred, resized below the view, or otherwise lost. */
  DETACHED: TypeError,
  /** `transfer: true` on memory that can't be transferred. */
  NOT_TRANSFERABLE: TypeError,
  /** The native addon was demanded and could not be loaded. */
  NATIVE_LOAD: Error,
  /** A fault of manycore itself, such as a panic in the native core. */
  INTERNAL: Error,
  /** A time limit ran out. */
  TIMEOUT: TimeoutError,
  /** Used after close, terminate or shutdown. */
  CLOSED: ClosedError,
  /** A value that can't be sent to another thread or process. */
  CLONE: TypeError,
  /** A worker ended while it still owed an answer. */
  WORKER_DIED: WorkerDiedError,
  /** A queue was full. */
  QUEUE_FULL: Error,
  /** A queue was empty. */
  QUEUE_EMPTY: Error,
  /** The other end of a connection is closed and everything has been read. */
  END_OF_FILE: Error,
  /** A barrier was broken or reset while waiting. */
  BROKEN_BARRIER: Error,
  /** The holder of a lock ended without releasing it. */
  OWNER_DIED: Error,
  /** A name, export or file that doesn't exist. */
  NOT_FOUND: Error,
  /** A name that exists already. */
  EXISTS: Error,
  /** A model was used before it was fitted. */
  NOT_FITTED: Error,
  /** NaN or Infinity where only finite numbers are allowed. */
  NOT_FINITE: RangeError,
  /** Labels that don't make a classification problem. */
  CLASSES: RangeError,
} as const satisfies Record<string, ErrorClass>

/** A key of the table of errors. */
export type ErrorKey = keyof typeof errorTable

/** The `code` of an error of manycore. */
export type ErrorCode = `ERR_MANYCORE_${ErrorKey}`

/** What an error of manycore carries beside its message. */
export interface ErrorDetails {
  /** The argument or option that was wrong. */
  argument?: string
  /** What was got, in words. */
  got?: string
  /** What was wanted, in words. */
  wanted?: string
  cause?: unknown
}

/** An error raised by manycore. */
export type ManycoreError = Error & { readonly code: ErrorCode } & Omit<ErrorDetails, 'cause'>

/** Makes (doesn't throw) the error of a code. `as` overrides the class, e.g. RangeError for an option out of range. */
export function makeError(key: ErrorKey, message: string, details: ErrorDetails = {}, as?: ErrorClass): ManycoreError {
  const { cause, ...fields } = details
  const Class: ErrorClass = as ?? errorTable[key]
  const error = new Class(message, cause === undefined ? undefined : { cause })
  Object.assign(error, { code: `ERR_MANYCORE_${key}` }, fields)
  return error as ManycoreError
}

/** The error for a bad argument: says its name, what was wanted and what was got. */
export function argumentError(key: ErrorKey, argument: string, wanted: string, value: unknown, as?: ErrorClass): ManycoreError {
  const got = describe(value)
  return makeError(key, `${argument}: expected ${wanted}, got ${got}`, { argument, got, wanted }, as)
}

/** A short description of a value for error messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Float64Array).length ?? value.byteLength}`
  // Those of generators have a constructor without a name.
  return `an object of class ${(value.constructor?.name ?? '(none)') || Object.prototype.toString.call(value).slice(8, -1)}`
}
