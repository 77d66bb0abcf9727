// Who else does what a case does.
import * as accumulators from './accumulators.mjs'
import * as mathjs from './mathjs.mjs'
import * as mlMatrix from './ml-matrix.mjs'
import * as polars from './polars.mjs'
import { librariesFor, pythonPeers } from './python.mjs'
import * as simsimd from './simsimd.mjs'
import * as stdlib from './stdlib.mjs'
import * as tfjs from './tfjs.mjs'

export const libraries = [accumulators, stdlib, simsimd, mlMatrix, polars, mathjs, tfjs]

export function peersOf(subject) {
  const here = libraries.filter(({ calls }) => calls[subject.name] !== undefined).map(({ name, calls }) => ({ name, make: calls[subject.name] }))
  return [...here, ...pythonPeers(subject, librariesFor(subject))]
}
