/**
 * Shared memory that nobody needs any more is given back when each thread that has seen it collects its garbage, but engines don't count shared memory when
 * they decide to do so: a thread that makes little garbage of other kinds would hold gigabytes of it. This makes them look now and then.
 */

/** Look after so many bytes of shared memory have been seen. */
const LOOK_AFTER = 2 ** 27
/** An ordinary buffer of this size makes V8 collect young objects when the next one is made. Its pages are never touched, so it costs no memory. */
const BALLAST = 2 ** 26

let seen = 0
/** Somewhere to put the buffers, so that they are really made. */
const ballast: ArrayBuffer[] = []

/** This thread has made, or been sent, shared memory for one call. */
export function sawShared(bytes: number): void {
  seen += bytes
  if (seen < LOOK_AFTER) return
  seen = 0
  try {
    ballast.push(new ArrayBuffer(BALLAST))
    ballast.length = 0
    ballast.push(new ArrayBuffer(8))
  } catch {
    // No room for it; then the engine has looked already.
  }
  ballast.length = 0
}
