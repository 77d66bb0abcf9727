/** Finding the value that structured clone refuses, to name it in the error. */
import { describe, makeError, type ManycoreError } from '../errors.ts'

/** Where to stop looking: beyond this depth the error names the enclosing value. */
const DEEPEST = 32

/**
 * The CLONE error for `value`, which could not be sent: names the path of the first part that is at fault, such as
 * `items[3].callback`. `allowed` are objects that travel by transfer.
 */
export function cloneError(value: unknown, root: string, cause?: unknown, allowed: readonly unknown[] = []): ManycoreError {
  const { path, culprit } = locate(value, root, allowed, 0)
  const got = describe(culprit)
  return makeError('CLONE', `${path} can't be sent to another thread or process: it is ${got}`, {
    argument: path, got, wanted: 'a value that structured clone can copy', ...(cause === undefined ? {} : { cause }),
  })
}

function locate(value: unknown, path: string, allowed: readonly unknown[], depth: number): { path: string; culprit: unknown } {
  if (depth < DEEPEST) {
    for (const [key, child] of children(value)) {
      if (!allowed.includes(child) && !cloneable(child)) return locate(child, path + key, allowed, depth + 1)
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
      yield [/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`, (value as Record<string, unknown>)[key]]
    }
  }
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

/** Whether `error` is a refusal of structured clone (threads) or of V8's serializer (processes), which has no name of its own. */
export function isCloneFailure(error: unknown): boolean {
  return error instanceof Error && (error.name === 'DataCloneError' || (error.name === 'Error' && /could not be (cloned|serialized)/.test(error.message)))
}
