/** What the examples of the toolkit say of themselves. */
export interface Outcome {
  /** What the example shows, in a few words. */
  readonly pattern: string
  /** What came out, in a few words. */
  readonly result: string
  /** Whether that is what had to come out. */
  readonly right: boolean
  /** From the first worker's start to the last one's end. */
  readonly seconds: number
}

/** Runs `work` and says how it went. */
export async function timed(pattern: string, work: () => Promise<{ result: string; right: boolean }>): Promise<Outcome> {
  const start = performance.now()
  const { result, right } = await work()
  return { pattern, result, right, seconds: (performance.now() - start) / 1000 }
}

/** Prints an example's outcome, when it is run as a program. */
export async function show(outcome: Promise<Outcome>): Promise<void> {
  const { pattern, result, right, seconds } = await outcome
  console.log(`${pattern}: ${result} (${(seconds * 1000).toFixed(0)} ms)`)
  if (!right) process.exitCode = 1
}
