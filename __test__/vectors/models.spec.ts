import { readFileSync } from 'node:fs'
import test from 'ava'
import { modelVectors } from './models.ts'

test('models.json is what the TypeScript kernels give now (node scripts/make-model-vectors.mjs)', (t) => {
  t.true(readFileSync(new URL('models.json', import.meta.url), 'utf8') === modelVectors())
})
