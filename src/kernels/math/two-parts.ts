/** Numbers in two parts: a double and what rounding took from it. Dekker 1971. The Rust twin is crates/kernels/src/math/two_parts.rs. */

/** 2^27 + 1, which takes a double apart into two halves of 26 bits (Veltkamp 1968). */
const SPLITTER = 134217729

/** a·b − product, exactly, where `product` is a·b rounded and nothing underflows. |a|, |b| must be below 2^996. */
export function productError(a: number, b: number, product: number): number {
  const c = a * SPLITTER
  const aHigh = c - (c - a)
  const aLow = a - aHigh
  const d = b * SPLITTER
  const bHigh = d - (d - b)
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** (numerator + numeratorLow) / (denominator + denominatorLow), by one division whose error is taken back. Within 0.51 ulp. */
export function quotient(numerator: number, numeratorLow: number, denominator: number, denominatorLow: number): number {
  const inverse = 1 / denominator
  const q = numerator * inverse
  const product = q * denominator
  const rest = numerator - product - productError(q, denominator, product) + (numeratorLow - q * denominatorLow)
  return q + rest * inverse
}
