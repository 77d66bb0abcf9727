/** POWERS[n + 1024] = 2^n for every exponent of a double but the lowest, and the two below them. */
export const POWERS: Float64Array = Float64Array.from({ length: 2048 }, (_, i) => 2 ** (i - 1024))
