/** What workers do before they revive a value: know the classes. Most values need none, so it is not done at the start. */
let loaded: Promise<unknown> | undefined
let ready = false

/** Resolves when every class of the toolkit can arrive here; undefined when that is so already. */
export function expectTravellers(): Promise<unknown> | undefined {
  if (ready) return undefined
  loaded ??= import('./travellers.ts').then(() => {
    ready = true
  })
  return loaded
}
