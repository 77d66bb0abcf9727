/** What the compiler knows of queues, pipes, shared numbers and managers. Never run: `npm run types` checks it. */
import { Manager, Pipe, Queue, SharedArray, Value, wait, type ListProxy, type Proxied } from 'manycore/multiprocessing'
import type { Account } from '../multiprocessing/fixtures/managed.ts'

declare function is<T>(value: T): void

export async function queues(): Promise<void> {
  const queue = new Queue<string>({ maxSize: 2 })
  await queue.put('a', { timeout: 1 })
  is<string>(await queue.get())
  is<string>(queue.getSync())
  // @ts-expect-error an item of another type
  await queue.put(1)
  const [here, there] = Pipe<number, string>()
  here.send(1)
  is<string>(await there.receive())
  // @ts-expect-error a value of another type
  here.send('a')
  is<Queue<string>[]>(await wait([queue]))
}

export function numbers(): void {
  is<number>(new Value('i', 0).add(1))
  is<bigint>(new Value('q', 0n).value)
  is<Float64Array>(new SharedArray('d', 3).array)
  // @ts-expect-error no such type
  is(new Value('x', 0))
  // @ts-expect-error a bigint is wanted
  is(new Value('q', 0))
}

export async function managers(): Promise<void> {
  const manager = new Manager()
  const list = manager.list<number>()
  is<ListProxy<number>>(list)
  is<number>(await list.get(0))
  // @ts-expect-error an item of another type
  await list.append('a')
  const account = await manager.create<Account>('Account', 1)
  is<Proxied<Account>>(account)
  is<number>(await account.deposit(1))
  // @ts-expect-error an argument of another type
  await account.deposit('1')
}
