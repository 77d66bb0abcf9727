/** Every case. */
import type { Case } from '../case.ts'
import { elementwiseCases } from './elementwise.ts'
import { linearAlgebraCases } from './linear-algebra.ts'
import { orderCases } from './order.ts'
import { randomCases } from './random.ts'
import { reductionCases } from './reductions.ts'

export const cases: readonly Case[] = [...reductionCases, ...elementwiseCases, ...linearAlgebraCases, ...orderCases, ...randomCases]

/** The case of a name. @throws Error for a name that no case has. */
export function caseNamed(name: string, all: readonly Case[] = cases): Case {
  const found = all.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`there is no case ${JSON.stringify(name)}; there are ${all.map((candidate) => candidate.name).join(', ')}`)
  return found
}
