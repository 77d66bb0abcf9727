import { argumentError } from '../../errors.ts'
import { loadModule } from '../../threads/load-module.ts'

/** Worker function: the sample of items that a module exports. */
export async function sample(url: string, name: string): Promise<unknown[]> {
  const module = await loadModule(url)
  const found = module[name]
  const items = (typeof found === 'function' ? await (found as () => unknown)() : found) as Iterable<unknown> | undefined
  if (typeof items !== 'object' || items === null || typeof items[Symbol.iterator] !== 'function') throw argumentError('TYPE', 'items', `the name of an export of ${url} that is an array, or a function that gives one`, name)
  return [...items]
}
