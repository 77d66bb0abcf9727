// The table of goals of the issue "Logistic regression ahead of scikit-learn".
import { rows as fits } from './row-fits.mjs'
import { row as memory } from './row-memory.mjs'
import { row as search } from './row-search.mjs'

export const rows = [...fits, search, memory]
