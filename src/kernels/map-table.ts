/**
 * The elementwise kernels: one entry a kernel, one line for what it does with an element. `npm run generate` stamps the loops of
 * src/kernels/generated-maps.ts from this table, a loop for each kernel and element type, so that every one has machine code of its own.
 * The Rust twin is crates/kernels/src/families/map; docs/order-of-arithmetic.md says what is computed.
 *
 * The texts are TypeScript over `x`, `y` (an element of the second operand, or a number) and the numbers `a` and `b`.
 */
export interface MapSpecification {
  /** The number that stands for the kernel where names can't travel; the same as in Rust. */
  readonly id: number
  /** Whether the second operand may be an array, a number, or is missing. */
  readonly second: 'array or number' | 'none'
  /** `same`: the type of x, whatever it is. `float`: that of x if it is a floating-point type, else Float64. */
  readonly result: 'same' | 'float'
  readonly element: string
  /** The same for bigints, where it differs. */
  readonly bigint?: string
  /** Whether integers have loops of their own to doubles: where the kernel takes so little that widening them first would double it. */
  readonly direct?: boolean
  /** Whether an integer result always fits the type of x. */
  readonly fits?: boolean
}

export const maps = {
  add: { id: 0, second: 'array or number', result: 'same', element: 'x + y' },
  subtract: { id: 1, second: 'array or number', result: 'same', element: 'x - y' },
  multiply: { id: 2, second: 'array or number', result: 'same', element: 'x * y' },
  divide: { id: 3, second: 'array or number', result: 'float', element: 'x / y', direct: true },
  power: { id: 4, second: 'array or number', result: 'float', element: 'power(x, y)' },
  axpy: { id: 5, second: 'array or number', result: 'same', element: 'a * x + y' },
  clip: { id: 6, second: 'none', result: 'same', element: 'x < a ? a : x > b ? b : x', fits: true },
  abs: { id: 7, second: 'none', result: 'same', element: 'Math.abs(x)', bigint: 'x < 0n ? -x : x' },
  sqrt: { id: 8, second: 'none', result: 'float', element: 'Math.sqrt(x)', direct: true },
  exp: { id: 9, second: 'none', result: 'float', element: 'exp(x)' },
  expm1: { id: 10, second: 'none', result: 'float', element: 'expm1(x)' },
  log: { id: 11, second: 'none', result: 'float', element: 'log(x)' },
  log1p: { id: 12, second: 'none', result: 'float', element: 'log1p(x)' },
  sigmoid: { id: 13, second: 'none', result: 'float', element: 'sigmoid(x)' },
  tanh: { id: 14, second: 'none', result: 'float', element: 'tanh(x)' },
} as const satisfies Record<string, MapSpecification>

/** Kernels with stamped loops. */
export type StampedMap = keyof typeof maps

/** `astype` converts and has loops of its own (src/kernels/convert.ts); its id is the one after the last. */
export type MapName = StampedMap | 'astype'

/** Names by id. */
export const mapNames: readonly MapName[] = [...(Object.keys(maps) as StampedMap[]), 'astype']

/** Integer types of numbers, with their bounds. */
export const integerBounds = {
  int8: [-128, 127],
  uint8: [0, 255],
  uint8clamped: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
} as const

/** The same for bigints. */
export const bigintBounds = {
  bigint64: [-9223372036854775808n, 9223372036854775807n],
  biguint64: [0n, 18446744073709551615n],
} as const

/** Elements of a piece of a call: what is done between two looks at the clock, or by one worker at a time. */
export const MAP_PIECE = 16384
