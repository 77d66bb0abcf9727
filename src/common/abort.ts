/**
 * One listener for each signal, whoever waits for it: Node takes more than ten listeners of one signal for a leak and says so on stderr, and takes a step for each of them when one
 * is removed.
 */
interface Audience {
  readonly callbacks: Set<() => void>
  readonly tell: () => void
}

const audiences = new WeakMap<AbortSignal, Audience>()

/** Calls `callback` at the signal's abort, unless `offAbort` comes first. Not called for one that was aborted before. A callback is listed once; it must not throw. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): void {
  if (signal === undefined || signal.aborted) return
  let audience = audiences.get(signal)
  if (audience === undefined) audiences.set(signal, (audience = makeAudience()))
  if (audience.callbacks.size === 0) signal.addEventListener('abort', audience.tell)
  audience.callbacks.add(callback)
}

export function offAbort(signal: AbortSignal | undefined, callback: () => void): void {
  const audience = signal === undefined ? undefined : audiences.get(signal)
  if (audience?.callbacks.delete(callback) === true && audience.callbacks.size === 0) signal?.removeEventListener('abort', audience.tell)
}

function makeAudience(): Audience {
  const callbacks = new Set<() => void>()
  return {
    callbacks,
    tell: () => {
      // One may take another off the list.
      for (const callback of callbacks) if (callbacks.delete(callback)) callback()
    },
  }
}
