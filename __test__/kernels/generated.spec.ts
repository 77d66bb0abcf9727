/** The committed loops are those that the table asks for. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { mapNames, maps } from '../../src/kernels/map-table.ts'
import { inputsOf, reductions, widthOf } from '../../src/kernels/index.ts'

const generated = {
  'generate-kernels': 'kernels/generated', 'generate-integers': 'kernels/exact/generated', 'generate-maps': 'kernels/generated-maps', 'generate-map-doors': 'dispatch/generated-map-doors',
  'generate-conversions': 'kernels/generated-conversions', 'generate-ordering': 'kernels/ordering/generated-ordering.ts and its doors',
}
for (const [name, file] of Object.entries(generated)) {
  test(`src/${file}.ts is fresh`, (t) => {
    const script = fileURLToPath(new URL(`../../scripts/${name}.mjs`, import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
    t.is(status, 0, stderr)
  })
}

test('the ids of elementwise kernels count from 0, astype last', (t) => {
  t.deepEqual(Object.values(maps).map(({ id }) => id), Object.keys(maps).map((_, place) => place))
  t.is(mapNames.indexOf('astype'), Object.keys(maps).length)
})

test('the ids of the table count from 0, in its order', (t) => {
  t.deepEqual(Object.values(reductions).map(({ id }) => id), Object.keys(reductions).map((_, place) => place))
})

test('inputs and widths', (t) => {
  t.is(inputsOf('dot'), 2)
  t.is(inputsOf('sum'), 1)
  t.is(widthOf('variance'), 3)
  t.is(widthOf('max'), 1)
})
