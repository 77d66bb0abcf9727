/** Lengths and options that several reductions refuse alike. */
import { argumentError, makeError } from '../errors.ts'

/** The option `ddof` of variances, checked. */
export function ddofOf(options: { readonly ddof?: number | undefined } | undefined): number {
  const ddof = options?.ddof ?? 0
  if (typeof ddof !== 'number' || !Number.isFinite(ddof) || ddof < 0) {
    throw argumentError('OPTION', 'ddof', 'a finite number, 0 or more', ddof, typeof ddof === 'number' ? RangeError : TypeError)
  }
  return ddof
}

/** Throws a RANGE error for no numbers at all. */
export function nonEmpty(n: number, what: string): void {
  if (n > 0) return
  throw makeError('RANGE', `x: the ${what} of an empty array is not defined`, { argument: 'x', got: 'an empty array', wanted: 'at least one number' })
}

/** Throws a RANGE error unless there are more than `ddof` numbers. */
export function moreThan(n: number, ddof: number, what: string): void {
  if (n > ddof) return
  throw makeError('RANGE', `x: a ${what} with ddof ${ddof} needs more than ${ddof} numbers, got ${n}`, {
    argument: 'x',
    got: `${n} numbers`,
    wanted: `more than ${ddof} numbers`,
  })
}
