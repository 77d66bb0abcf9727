/** Every class of the toolkit whose objects travel. A worker imports this when the first of them arrives. */
import { Matrix } from '../common/matrix.ts'
import { acceptCodec } from '../threads/encode.ts'

export { DictProxy, ListProxy, NamespaceProxy } from './manager/proxies.ts'
export { Connection } from './pipe/connection.ts'
export { Queue } from './queue/queue.ts'
export { SimpleQueue } from './queue/simple-queue.ts'
export { SharedArray } from './shared/shared-array.ts'
export { SharedMemory } from './shared/memory.ts'
export { ShareableList } from './shared/shareable-list.ts'
export { Value } from './shared/value.ts'
export { Barrier } from './sync/barrier.ts'
export { Condition } from './sync/condition.ts'
export { Event } from './sync/event.ts'
export { Lock } from './sync/lock.ts'
export { RLock } from './sync/rlock.ts'
export { BoundedSemaphore, Semaphore } from './sync/semaphore.ts'

acceptCodec(Matrix)
