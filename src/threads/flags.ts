/**
 * The command line that a worker inherits. `node --eval …` and its kin would make every child process run the whole program
 * again, which starts children again; a worker thread refuses them.
 */

/** Flags about what the program is, with the number of words that follow them. */
const programFlags: ReadonlyMap<string, number> = new Map([
  ['--eval', 1], ['-e', 1], ['--print', 1], ['-p', 1], ['-pe', 1], ['--check', 0], ['-c', 0], ['--interactive', 0], ['-i', 0],
  ['--input-type', 1], ['--test', 0], ['--watch', 0], ['--run', 1],
])

/** Flags that a worker thread may be given anew; it has the rest from its process. */
const threadFlags = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C|--no-warnings|--enable-source-maps|--experimental-strip-types|--experimental-transform-types)(=|$)/

/** Flags for a child process. */
export function processFlags(flags: readonly string[] = process.execArgv): string[] {
  const kept: string[] = []
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] ?? ''
    const name = flag.split('=', 1)[0] ?? ''
    const words = programFlags.get(name)
    if (words === undefined) kept.push(flag)
    else if (!flag.includes('=')) i += words
  }
  return kept
}

/** Flags for a worker thread; undefined: it may inherit all. */
export function workerFlags(flags: readonly string[] = process.execArgv): string[] | undefined {
  const kept = processFlags(flags)
  if (kept.length === flags.length) return undefined
  const allowed: string[] = []
  for (let i = 0; i < kept.length; i++) {
    const flag = kept[i] ?? ''
    if (!threadFlags.test(flag)) continue
    allowed.push(flag)
    const next = kept[i + 1]
    if (!flag.includes('=') && next !== undefined && !next.startsWith('-')) allowed.push(kept[++i] ?? '')
  }
  return allowed
}
