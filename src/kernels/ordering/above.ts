/** The order of floats: that of `TypedArray.prototype.sort`. */

/** Whether `a` comes behind `b` in rising order: NaN last, +0 behind -0. */
export function isAbove(a: number, b: number): boolean {
  if (a > b) return true
  if (a < b || b !== b) return false
  if (a !== a) return true
  return a === 0 && Object.is(b, -0) && !Object.is(a, -0)
}
