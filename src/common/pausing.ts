/**
 * Long loops that may be interrupted: generators that yield after each stretch of a fraction of a millisecond. Sync forms run them through, promise forms in turns of the event loop
 * (`runPausing` of src/dispatch/slices.ts), so that either form does the very same. What they read of the caller's may have changed, or gone, after a pause.
 */
export type Pausing<Result> = Generator<void, Result, void>

/** Elements of a typed array that are looked at, copied or added up in one stretch. */
export const STRETCH = 1 << 14

/** Runs it through. */
export function atOnce<Result>(work: Pausing<Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** 0 … count − 1 in stretches, with a pause between them. */
export function* inStretches(count: number, run: (first: number, end: number) => void, stretch = STRETCH): Pausing<void> {
  for (let first = 0; first < count; first += stretch) {
    if (first > 0) yield
    run(first, Math.min(count, first + stretch))
  }
}
