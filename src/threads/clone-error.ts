/** Finding the value that structured clone refuses, to name it in the error. */
import { describe, makeError, type ManycoreError } from '../errors.ts'
import { MOST_LEVELS, nestsTooDeeply, TooDeep } from './encode.ts'

/** Where to stop looking: beyond this depth the error names the enclosing value. */
const DEEPEST = 32

/**
 * The CLONE error for `value`, which could not be sent: names the path of the first part that is at fault, such as
 * `items[3].callback`. `allowed` are objects that travel by transfer.
 */
export function cloneError(value: unknown, root: string, cause?: unknown, allowed: readonly unknown[] = []): ManycoreError {
  // An object that says itself why it can't go.
  if (cause instanceof Error && (cause as { code?: unknown }).code === 'ERR_MANYCORE_CLONE') return cause as ManycoreError
  if (isTooDeep(cause)) return tooDeep(value, root, cause)
  const { path, culprit } = locate(value, root, allowed, [value])
  const got = culprit instanceof Unreadable ? culprit.message : isCloneFailure(cause) || !(cause instanceof Error) ? describe(culprit) : `${describe(culprit)} (${cause.message})`
  return makeError('CLONE', `${path} can't be sent to another thread or process: it is ${got}`, {
    argument: path, got, wanted: 'a value that structured clone can copy', ...(cause === undefined ? {} : { cause }),
  })
}

/** Names the argument, or the part of the value, but no part of a part: the path would be as long as the value is deep. */
function tooDeep(value: unknown, root: string, cause: unknown): ManycoreError {
  let [path, culprit] = [root, value]
  for (const [key, child] of children(value)) {
    if (cloneable(child)) continue
    path += key
    culprit = child
    break
  }
  return makeError('CLONE', `${path} can't be sent to another thread or process: it is ${describe(culprit)} that nests too deeply, more than ${MOST_LEVELS} levels`, {
    argument: path, got: describe(culprit), wanted: `a value of at most ${MOST_LEVELS} levels`, cause,
  })
}

/** What stands for a part that throws when it is read. */
class Unreadable extends Error {}

/** `above` are the values that lead here: what leads back to them is at fault for something else. */
function locate(value: unknown, path: string, allowed: readonly unknown[], above: readonly unknown[]): { path: string; culprit: unknown } {
  if (above.length <= DEEPEST) {
    for (const [key, child] of children(value)) {
      if (child instanceof Unreadable) return { path: path + key, culprit: child }
      if (!allowed.includes(child) && !above.includes(child) && !cloneable(child)) return locate(child, path + key, allowed, [...above, child])
    }
  }
  return { path, culprit: value }
}

function* children(value: unknown): Generator<[key: string, child: unknown]> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield [`[${i}]`, value[i]]
  } else if (value instanceof Map) {
    for (const [key, child] of value) {
      yield ['.keys()', key]
      yield [typeof key === 'string' ? `.get(${JSON.stringify(key)})` : '.get(…)', child]
    }
  } else if (value instanceof Set) {
    for (const child of value) yield ['.values()', child]
  } else {
    for (const key of Object.keys(value)) {
      yield [/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`, read(value as Record<string, unknown>, key)]
    }
  }
}

function read(value: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return value[key]
  } catch (error) {
    return new Unreadable(`a getter that throws: ${String(error)}`)
  }
}

/** Whether a value without objects of the toolkit can be sent. */
export function cloneable(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false
  if (typeof value !== 'object' || value === null) return true
  try {
    structuredClone(value)
    return !nestsTooDeeply(value)
  } catch {
    return false
  }
}

/** For the stack of this thread the value may be too deep before it is for us: of what we don't look into, such as the causes of errors. */
function isTooDeep(error: unknown): boolean {
  return error instanceof TooDeep || (error instanceof RangeError && error.message.includes('call stack'))
}

/** Whether `error` is a refusal of structured clone (threads) or of V8's serializer (processes), which has no name of its own, or ours of what nests too deeply. */
export function isCloneFailure(error: unknown): boolean {
  // The second is Node's for a stream or port that is in no transfer list.
  return isTooDeep(error) || (error instanceof Error && (error.name === 'DataCloneError' || (error as { code?: unknown }).code === 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST' || (error.name === 'Error' && /could not be (cloned|serialized)/.test(error.message))))
}
