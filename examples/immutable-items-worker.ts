/** What the workers of immutable-items.ts do. */
export type Entry = readonly [name: string, amount: number]

/** A new entry: the one that came stays as it is. */
export function double([name, amount]: Entry): Entry {
  return [name, 2 * amount]
}
