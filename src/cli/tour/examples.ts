/**
 * The compiled examples that the tour runs. They are programs of their own, which import manycore by its name; what the tour
 * takes from them is written down here, and a test compares it with what they export.
 */

/** One trained model of examples/two-models.ts. */
export interface TrainedModel {
  readonly name: string
  readonly C: number
  /** Of the fit alone; undefined when several models were fitted in one go. */
  readonly seconds: number | undefined
  readonly iterations: number
  readonly converged: boolean
  /** Fraction of the rows that the model predicts right. */
  readonly accuracy: number
  readonly objective: number
  /** (objective − optimum) / optimum. */
  readonly gap: number
}

export interface TwoModels {
  readonly rows: number
  readonly columns: number
  /** By two workers at the same time. */
  readonly processes: { readonly seconds: number; readonly models: readonly TrainedModel[] }
  /** By one `fitAll`. */
  readonly together: { readonly seconds: number; readonly models: readonly TrainedModel[] }
}

export interface TwoModelsExample {
  /** Trains; with `print`, each worker prints its own time. */
  twoModels(options: { print: boolean }): Promise<TwoModels>
}

export interface BatchesExample {
  /** Starts workers; `run` sums the squares of 0 … n − 1 exactly, in batches. */
  startBatches(options: { n: number; batchSize: number }): Promise<{ processes: number; run(): Promise<bigint>; close(): Promise<void> }>
}

/** A model of examples/tune-logistic.ts on rows that were set aside. */
export interface ComparedModel {
  readonly name: string
  readonly accuracy: number
  readonly f1: number
  readonly rocAuc: number
  readonly logLoss: number
  /** Coefficients that aren't 0. */
  readonly columns: number
  readonly converged: boolean
}

export interface TunedModels {
  readonly rows: number
  readonly testRows: number
  readonly combinations: number
  readonly fits: number
  /** Of the whole search. */
  readonly seconds: number
  readonly C: number
  readonly l1Ratio: number
  readonly meanLogLoss: number
  readonly compared: readonly ComparedModel[]
}

export interface TuningExample {
  tuneLogistic(options: { print: boolean }): Promise<TunedModels>
}

interface Examples {
  'two-models': TwoModelsExample
  'sum-of-squares': BatchesExample
  'tune-logistic': TuningExample
}

/** From dist/cli/tour to dist/examples. */
export async function loadExample<Name extends keyof Examples>(name: Name): Promise<Examples[Name]> {
  return (await import(new URL(`../../examples/${name}.js`, import.meta.url).href)) as Examples[Name]
}

/** Examples of the toolkit's patterns: each exports `run`. */
export const patterns = [
  'queue', 'pipe', 'manager', 'counter', 'shared-array', 'shared-memory', 'reuse-workers', 'immutable-items', 'own-data', 'profile',
] as const

export interface PatternOutcome {
  readonly pattern: string
  readonly result: string
  /** Whether that is what had to come out. */
  readonly right: boolean
  readonly seconds: number
}

export interface PatternExample {
  run(): Promise<PatternOutcome>
}

export async function loadPattern(name: (typeof patterns)[number]): Promise<PatternExample> {
  return (await import(new URL(`../../examples/${name}.js`, import.meta.url).href)) as PatternExample
}
