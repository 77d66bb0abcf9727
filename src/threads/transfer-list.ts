/** Lists of objects that are to be moved to another thread. */
import { argumentError } from '../errors.ts'

/**
 * Throws unless `transfer` is undefined or a list of objects that can be moved: an OPTION error for no list, a NOT_TRANSFERABLE error that names the first object which surely
 * can't. Engines say of such an object at the most that there is one, and what needs no message of its own (a number in a queue) would not look at the list at all.
 */
export function checkTransfer(transfer: unknown, argument = 'transfer'): asserts transfer is readonly unknown[] | undefined {
  if (transfer === undefined) return
  if (!Array.isArray(transfer)) throw argumentError('OPTION', argument, 'an array of transferable objects', transfer)
  const at = transfer.findIndex((each) => !isMovable(each))
  if (at >= 0) throw argumentError('NOT_TRANSFERABLE', `${argument}[${at}]`, 'an ArrayBuffer (of a view, its buffer), a port or a stream', transfer[at])
}

function isMovable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype !== Object.prototype && prototype !== null && !(value instanceof SharedArrayBuffer)
}
