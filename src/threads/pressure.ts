/**
 * Shared memory that nobody needs any more is given back when each thread that has seen it collects its garbage, but engines don't count shared memory when
 * they decide to do so: a thread that makes little garbage of other kinds would hold gigabytes of it. This makes them look now and then.
 */

/** Look after so many bytes of shared memory have been seen. Memory that is soon used again is in the cache still, and needs no new pages. */
const LOOK_AFTER = 2 ** 26
/**
 * An ordinary buffer of this size makes V8 collect young objects when the next one is made, in a fraction of a millisecond; one twice as large all objects, which takes
 * several. Its pages are never touched, so it costs no memory.
 */
const BALLAST = 2 ** 25
/** One look in so many is for objects that have grown old. */
const THOROUGH = 16

let seen = 0
let looks = 0
/** Somewhere to put the buffers, so that they are really made. */
const ballast: ArrayBuffer[] = []

/** This thread has made, or been sent, shared memory for one call. To be called when the thread has nothing better to do. */
export function sawShared(bytes: number): void {
  seen += bytes
  if (seen < LOOK_AFTER) return
  seen = 0
  try {
    ballast.push(new ArrayBuffer(++looks % THOROUGH === 0 ? 2 * BALLAST : BALLAST))
    ballast.length = 0
    ballast.push(new ArrayBuffer(8))
  } catch {
    // No room for it; then the engine has looked already.
  }
  ballast.length = 0
}

/** Parts of a message that are looked at for shared memory; most have fewer, and none of them any. */
const MOST_PARTS = 64

const met = new WeakSet<SharedArrayBuffer>()

/** Bytes of shared memory among the first parts of a message, in buffers that this thread hasn't sent before: one that goes along with every call is no new one each time. */
export function freshShared(message: unknown): number {
  let bytes = 0
  let parts = MOST_PARTS
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || parts-- <= 0) return
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value
    if (buffer instanceof SharedArrayBuffer) {
      if (met.has(buffer)) return
      met.add(buffer)
      bytes += buffer.byteLength
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length && parts > 0; i++) look(value[i])
    } else if (buffer === value && Object.getPrototypeOf(value) === Object.prototype) {
      for (const key in value) if (parts > 0) look((value as Record<string, unknown>)[key])
    }
  }
  look(message)
  return bytes
}
