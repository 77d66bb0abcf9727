/** What the workers of manager.ts do. */
import type { DictProxy, ListProxy } from 'manycore/multiprocessing'

export async function appendSquare(squares: ListProxy<number>, names: DictProxy<string, number>, value: number): Promise<void> {
  await squares.append(value * value)
  await names.set(`worker for ${value}`, value)
}
