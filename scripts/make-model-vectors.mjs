/** Writes __test__/vectors/models.json: what the TypeScript kernels of the models give, for `cargo test` to compare with. */
import { writeFileSync } from 'node:fs'
import { register } from 'tsx/esm/api'

register()
const { modelVectors } = await import('../__test__/vectors/models.ts')
writeFileSync(new URL('../__test__/vectors/models.json', import.meta.url), modelVectors())
