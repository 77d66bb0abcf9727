/** What a benchmark case is: data, so that the same cases serve the command, the comparison with other libraries, and the tests. */

/** One thing to compute, in several sizes. */
export interface Case<D = unknown> {
  /** For example `sum f64`. */
  readonly name: string
  readonly group: 'reductions' | 'elementwise' | 'linear algebra' | 'order' | 'random'
  /** Numbers of elements (rows and columns of square matrices), rising. */
  readonly sizes: readonly number[]
  /** Sizes of a quick run. */
  readonly quickSizes: readonly number[]
  /** Bytes that a call must read and write, where memory is what bounds it. */
  readonly bytes?: ((n: number) => number) | undefined
  /** The inputs of a size; the same ones every time. */
  make(n: number): D
  /** The call of this package, in its Sync form. */
  ours(data: D): unknown
  /** What people write without a library; missing where nobody would. */
  readonly loop?: ((data: D) => unknown) | undefined
  /** Throws unless `value`, from whoever, is the answer within what rounding explains. */
  check(value: unknown, data: D): void
  /** Data that other programs need to do the same: typed arrays and numbers by name. */
  share?(data: D): Record<string, Float64Array | Float32Array | Int32Array | number>
}

/** Throws unless two numbers agree to a relative error. */
export function near(value: unknown, wanted: number, tolerance: number, what: string): void {
  const got = Number(value)
  if (Object.is(got, wanted) || Math.abs(got - wanted) <= tolerance * Math.max(Math.abs(wanted), 1e-300)) return
  throw new Error(`${what}: got ${got}, wanted ${wanted} to ${tolerance}`)
}

/** Throws unless the arrays agree, element by element, at some hundred places and at both ends; `read` makes of an element of the value what is compared. */
export function nearArrays(value: unknown, wanted: (i: number) => number, length: number, tolerance: number, what: string, read = (element: number): number => element): void {
  const got = value as ArrayLike<number>
  if (got.length !== length) throw new Error(`${what}: got ${got.length} elements, wanted ${length}`)
  const step = Math.max(1, Math.floor(length / 300))
  for (let i = 0; i < length; i += step) near(read(got[i]!), wanted(i), tolerance, `${what}, element ${i}`)
  if (length > 0) near(read(got[length - 1]!), wanted(length - 1), tolerance, `${what}, last element`)
}

/** Numbers from −1 to 1, the same ones for a seed (a Weyl sequence: evenly spread, no generator to trust). */
export function fill<T extends Float64Array | Float32Array>(x: T, seed = 1, low = -1, high = 1): T {
  let state = seed * 0.754_877_666_246_692_7
  for (let i = 0; i < x.length; i++) {
    state += 0.618_033_988_749_894_9
    state -= Math.floor(state)
    x[i] = low + state * (high - low)
  }
  return x
}
