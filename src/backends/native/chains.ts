/** Chains of models as the addon takes them, and their results as it gives them: flat arrays of doubles (crates/kernels/src/families/newton). */
import { chainOutcomes, type ChainResult, type ModelChain } from '../../kernels/model-chain.ts'

/** Numbers of a chain before its start, and of a model. */
const CHAIN = 4
const MODEL = 4

/** Numbers of a result before its coefficients. */
const HEAD = 5

/** The chains' numbers, one chain after the other. */
export function packChains(chains: readonly ModelChain[]): Float64Array {
  let length = 0
  for (const { start, models } of chains) length += CHAIN + start.length + MODEL * models.length
  const out = new Float64Array(length)
  let at = 0
  for (const { start, near, polish, fitIntercept, models } of chains) {
    out[at] = models.length
    out[at + 1] = Number(near)
    out[at + 2] = Number(polish)
    out[at + 3] = Number(fitIntercept)
    out.set(start, at + CHAIN)
    at += CHAIN + start.length
    for (const { penalty, logC, tolerance, maxIterations } of models) {
      out[at] = penalty
      out[at + 1] = logC
      out[at + 2] = tolerance
      out[at + 3] = maxIterations
      at += MODEL
    }
  }
  return out
}

/** Numbers of the result of a model with `size` coefficients. */
export function resultLength(size: number): number {
  return HEAD + size + (size * (size + 1)) / 2
}

/** The results of the models, one after the other: views of the numbers. */
export function unpackResults(numbers: Float64Array, size: number): ChainResult[] {
  const length = resultLength(size)
  return Array.from({ length: numbers.length / length }, (_, k) => {
    const at = k * length
    return {
      outcome: chainOutcomes[numbers[at]!]!,
      value: numbers[at + 1]!,
      gradientNorm: numbers[at + 2]!,
      iterations: numbers[at + 3]!,
      ridge: numbers[at + 4]!,
      point: numbers.subarray(at + HEAD, at + HEAD + size),
      factor: numbers.subarray(at + HEAD + size, at + length),
    }
  })
}
