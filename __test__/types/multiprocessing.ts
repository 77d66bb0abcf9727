/** What the compiler must refuse, and what it must not. Checked by `tsc`, never run. */
import { Pool, Process, range } from 'manycore/multiprocessing'

type Tasks = typeof import('../multiprocessing/fixtures/tasks.ts')
declare const url: URL
declare const pool: Pool<Tasks>

function is<T>(_value: T): void {}

export async function maps(): Promise<void> {
  is<Float64Array>(await pool.map('square', range(3)))
  is<Float64Array>(await pool.map('square', new Int8Array(3)))
  is<number[]>(await pool.map('square', [1, 2]))
  is<Float64Array>(await pool.map('increment', range(3)))
  is<[string, number][]>(await pool.map('doubled', [['a', 1]]))
  is<bigint[]>(await pool.map('negate', new BigInt64Array(1)))
  is<(string | number)[] | Float64Array>(await pool.map('oddOrWord', range(3)))
  is<number[]>(await pool.starmap('add', [[1, 2]]))
  is<number>(await pool.apply('add', [1, 2]))
  is<number>(await pool.apply('increment', [1]))
  is<number[]>(await pool.mapBatches('sumOf', range(9), { batchSize: 3 }))
  is<number[]>(await pool.mapBatches('sumOf', new Float64Array(9), { batchSize: 3 }))
  for await (const x of pool.imap('square', [1])) is<number>(x)

  // @ts-expect-error no such function
  await pool.map('nope', [1])
  // @ts-expect-error a class is not a function to be called
  await pool.apply('TaskError', [])
  // @ts-expect-error items of the wrong type
  await pool.map('square', ['a'])
  // @ts-expect-error numbers are no bigints
  await pool.map('negate', range(3))
  // @ts-expect-error bigints are no numbers
  await pool.map('square', new BigInt64Array(3))
  // @ts-expect-error two arguments don't go under map
  await pool.map('add', [1, 2])
  // @ts-expect-error one argument too few
  await pool.apply('add', [1])
  // @ts-expect-error its arguments are missing
  await pool.apply('add')
  is<number>(await pool.apply('whichThread'))
  // @ts-expect-error one argument too many
  await pool.apply('square', [1, 2])
  // @ts-expect-error the wrong type in the second place
  await pool.starmap('add', [[1, 'b']])
  // @ts-expect-error not one option of map
  await pool.map('square', [1], { chunksize: 3 })
  // @ts-expect-error batches of the wrong kind
  await pool.mapBatches('boundsOf', new Float64Array(3), { batchSize: 1 })
  // @ts-expect-error batches need a size
  await pool.mapBatches('sumOf', range(3), {})
  // @ts-expect-error a result of another type
  is<string[]>(await pool.map('square', [1]))
  // @ts-expect-error items of the wrong type
  pool.imap('square', ['a'])
}

export function pools(): void {
  is<Pool<Tasks>>(new Pool<Tasks>(url, { initializer: 'prepare', initializerArgs: [1] }))
  // @ts-expect-error no such initializer
  is(new Pool<Tasks>(url, { initializer: 'nope' }))
  // @ts-expect-error unknown option
  is(new Pool<Tasks>(url, { workers: 3 }))
}

export function processes(): void {
  new Process<Tasks>(url, 'add', [1, 2]).start()
  new Process<Tasks>(url, 'whichThread').start()
  new Process(url, 'anything', [1, 'b']).start()
  // @ts-expect-error no such function
  is(new Process<Tasks>(url, 'nope'))
  // @ts-expect-error arguments are missing
  is(new Process<Tasks>(url, 'add'))
  // @ts-expect-error arguments of another function
  is(new Process<Tasks>(url, 'add', ['a', 'b']))
  // @ts-expect-error unknown option
  is(new Process<Tasks>(url, 'whichThread', [], { demon: true }))
}
