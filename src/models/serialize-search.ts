/** Searches for a penalty as JSON and back, without losing a bit. */
import { argumentError } from '../errors.ts'
import type { LogisticRegressionCVOptions } from './cv-options.ts'
import type { CrossValidation } from './selection/cross-validate.ts'
import { KFold, StratifiedKFold, type Fold, type FoldOptions } from './selection/folds.ts'
import type { GridSearchResult } from './selection/grid-search.ts'
import { checkScoring } from './selection/scoring.ts'
import { finiteFromJSON, fromJSONNumber, optionsFromJSON, optionsToJSON, toJSONNumber, type FittedJSON, type JSONNumber } from './serialize.ts'

/** What a search has found. */
export interface FoundPenalty {
  readonly C: number
  readonly l1Ratio: number
  readonly results: readonly GridSearchResult[]
}

interface ResultJSON {
  readonly C: JSONNumber
  readonly l1Ratio: JSONNumber
  readonly scores: readonly JSONNumber[]
  readonly mean: JSONNumber
  readonly standardDeviation: JSONNumber
  readonly rank: number
  readonly seconds: JSONNumber
}

/** What `toJSON` gives: plain objects, arrays, numbers and strings. */
export interface LogisticRegressionCVJSON {
  readonly model: 'LogisticRegressionCV'
  readonly version: 1
  readonly options: Readonly<Record<string, unknown>>
  /** null before fit. */
  readonly fitted: FittedJSON | null
  readonly search: { readonly C: JSONNumber; readonly l1Ratio: JSONNumber; readonly results: readonly ResultJSON[] } | null
}

const splitters = { KFold, StratifiedKFold } as const

export function cvOptionsToJSON({ Cs, l1Ratios, cv, scoring, ...model }: LogisticRegressionCVOptions): Record<string, unknown> {
  const out = optionsToJSON(model)
  if (Cs !== undefined) out['Cs'] = typeof Cs === 'number' ? Cs : Array.from(Cs, toJSONNumber)
  if (l1Ratios !== undefined) out['l1Ratios'] = Array.from(l1Ratios, toJSONNumber)
  if (cv !== undefined) out['cv'] = foldsToJSON(cv)
  if (typeof scoring === 'function') throw argumentError('TYPE', 'scoring', 'the name of a score: JSON holds no functions', scoring)
  if (scoring !== undefined) out['scoring'] = scoring
  return out
}

export function cvOptionsFromJSON(json: unknown): LogisticRegressionCVOptions {
  if (typeof json !== 'object' || json === null) throw argumentError('TYPE', 'json.options', 'an object', json)
  const { Cs, l1Ratios, cv, scoring, ...model } = json as Record<string, unknown>
  const out: LogisticRegressionCVOptions = optionsFromJSON(model)
  if (Cs !== undefined) out.Cs = typeof Cs === 'number' ? Cs : numbersFromJSON(Cs, 'json.options.Cs')
  if (l1Ratios !== undefined) out.l1Ratios = numbersFromJSON(l1Ratios, 'json.options.l1Ratios')
  if (cv !== undefined) out.cv = foldsFromJSON(cv)
  if (scoring !== undefined) {
    checkScoring(scoring)
    out.scoring = scoring
  }
  return out
}

export function searchToJSON({ C, l1Ratio, results }: FoundPenalty): NonNullable<LogisticRegressionCVJSON['search']> {
  return {
    C: toJSONNumber(C),
    l1Ratio: toJSONNumber(l1Ratio),
    results: results.map(({ parameters, scores, mean, standardDeviation, rank, seconds }) => ({
      C: toJSONNumber(parameters['C'] as number),
      l1Ratio: toJSONNumber(parameters['l1Ratio'] as number),
      scores: scores.map(toJSONNumber),
      mean: toJSONNumber(mean),
      standardDeviation: toJSONNumber(standardDeviation),
      rank,
      seconds: toJSONNumber(seconds),
    })),
  }
}

export function searchFromJSON(json: LogisticRegressionCVJSON['search']): FoundPenalty {
  if (typeof json !== 'object' || json === null || !Array.isArray(json.results)) throw argumentError('TYPE', 'json.search', 'an object with C, l1Ratio and results', json)
  return {
    C: fromJSONNumber(json.C, 'json.search.C'),
    l1Ratio: finiteFromJSON(json.l1Ratio, 'json.search.l1Ratio'),
    results: json.results.map((result: unknown, i) => {
      const where = `json.search.results[${i}]`
      if (typeof result !== 'object' || result === null) throw argumentError('TYPE', where, 'an object', result)
      const { C, l1Ratio, scores, mean, standardDeviation, rank, seconds } = result as Record<string, unknown>
      return {
        parameters: { l1Ratio: fromJSONNumber(l1Ratio, `${where}.l1Ratio`), C: fromJSONNumber(C, `${where}.C`) },
        scores: numbersFromJSON(scores, `${where}.scores`),
        mean: fromJSONNumber(mean, `${where}.mean`),
        standardDeviation: fromJSONNumber(standardDeviation, `${where}.standardDeviation`),
        rank: finiteFromJSON(rank, `${where}.rank`),
        seconds: fromJSONNumber(seconds, `${where}.seconds`),
      }
    }),
  }
}

function foldsToJSON(cv: CrossValidation): unknown {
  if (typeof cv === 'number') return cv
  if (Array.isArray(cv)) return (cv as readonly Fold[]).map(({ train, test }) => ({ train: Array.from(train), test: Array.from(test) }))
  for (const [splitter, Class] of Object.entries(splitters)) {
    if (!(cv instanceof Class)) continue
    const { splits, shuffle, seed } = cv
    return { splitter, splits, shuffle, ...(seed === undefined ? {} : { seed }) }
  }
  throw argumentError('TYPE', 'cv', 'a number of folds, a KFold, a StratifiedKFold or an array of folds: JSON holds no other splitter', cv)
}

function foldsFromJSON(json: unknown): CrossValidation {
  if (typeof json === 'number') return json
  if (Array.isArray(json)) {
    return json.map((fold: unknown, i) => {
      const { train, test } = (fold ?? {}) as Record<string, unknown>
      return { train: Int32Array.from(numbersFromJSON(train, `json.options.cv[${i}].train`)), test: Int32Array.from(numbersFromJSON(test, `json.options.cv[${i}].test`)) }
    })
  }
  const { splitter, ...options } = (json ?? {}) as { splitter?: unknown } & FoldOptions
  if (typeof splitter !== 'string' || !Object.hasOwn(splitters, splitter)) throw argumentError('TYPE', 'json.options.cv', 'a number, folds, or what a KFold or StratifiedKFold became', json)
  return new splitters[splitter as keyof typeof splitters](options)
}

function numbersFromJSON(json: unknown, where: string): number[] {
  if (!Array.isArray(json)) throw argumentError('TYPE', where, 'an array of numbers', json)
  return json.map((value: unknown, i) => fromJSONNumber(value, `${where}[${i}]`))
}
