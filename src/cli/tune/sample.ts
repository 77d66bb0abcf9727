import { loadModule } from '../../threads/load-module.ts'

/** Worker function: the sample of items that a module exports. */
export async function sample(url: string, name: string): Promise<unknown[]> {
  const module = await loadModule(url)
  const found = module[name]
  const items = (typeof found === 'function' ? await (found as () => unknown)() : found) as Iterable<unknown> | undefined
  if (typeof items !== 'object' || items === null || typeof items[Symbol.iterator] !== 'function') throw new TypeError(`${url} exports no items under "${name}": expected an array, or a function that gives one`)
  return [...items]
}
