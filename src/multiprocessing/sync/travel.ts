/** How objects that are nothing but shared memory travel between threads. */
import { makeError } from '../../errors.ts'
import { registerCodec, type EncodeContext } from '../../threads/encode.ts'

/** A SharedArrayBuffer reaches every thread of this process, and no other process. */
export function checkThread(name: string, { kind }: EncodeContext): void {
  if (kind === 'thread') return
  const named = `${/^[AEIO]|^RLock/.test(name) ? 'an' : 'a'} ${name}`
  throw makeError('CLONE', `${named} is shared memory of this process and can't be sent to another one: use kind: 'thread', or a Manager, Queue or Pipe`, {
    argument: name, got: named, wanted: 'something that can leave the process',
  })
}

/** Registers a class whose objects travel as what `encode` gives: shared buffers, and other travellers' data. */
export function registerShared<T extends object, D>(Class: abstract new (...args: never[]) => T, name: string, encode: (value: T, context: EncodeContext) => D, revive: (data: D) => T): void {
  registerCodec(Class, {
    tag: name,
    encode: (value, context) => {
      checkThread(name, context)
      return encode(value, context)
    },
    revive: revive as (data: never) => T,
  })
}
