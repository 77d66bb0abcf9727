// Who may import whom. This table is the rule; everything else here only asks dependency-cruiser whether it holds.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cruise } from 'dependency-cruiser'
import { root } from './toolchain.mjs'

/** What users can import: the only doors that programs standing beside the library may use. */
const publicEntries = ['index', 'models/index', 'multiprocessing/index', 'bench/index', 'testing/index']

/**
 * Part of the tree (a folder or a file of src/ without its ending, or a folder of the repository) → the parts that it may
 * import besides itself. A longer name wins over a shorter one that it begins with. Files in no row are violations.
 */
export const layers = {
  errors: [],
  kernels: ['common', 'errors'],
  common: ['addon', 'errors'],
  addon: ['errors'],
  threads: ['common', 'errors'],
  // A door of its own: the CLI reads the user's modules as workers do.
  'threads/load-module': ['errors'],
  'backends/backend': ['kernels', 'common', 'errors'],
  'backends/native': ['backends/backend', 'addon', 'kernels', 'common', 'errors'],
  'backends/workers': ['backends/backend', 'threads', 'kernels', 'common', 'errors'],
  'backends/index': ['backends/backend', 'backends/native', 'backends/workers', 'addon', 'kernels', 'common', 'errors'],
  dispatch: ['backends/index', 'backends/backend', 'kernels', 'common', 'errors'],
  api: ['dispatch', 'kernels', 'common', 'errors'],
  models: ['api', 'dispatch', 'common', 'errors'],
  multiprocessing: ['threads', 'common', 'errors'],
  'multiprocessing/shared': ['multiprocessing', 'threads', 'addon', 'common', 'errors'],
  index: ['api', 'dispatch', 'common', 'errors'],
  bench: publicEntries,
  report: publicEntries,
  cli: [...publicEntries, 'report', 'threads/load-module', 'errors'],
  testing: [...publicEntries, 'addon', 'errors'],
  '../examples': publicEntries,
  '../benchmark': [...publicEntries, 'report'],
}

/** Crate → what it may depend on, its own tests aside. */
export const crates = {
  'manycore-kernels': [],
  'manycore-exec': ['manycore-kernels', 'rayon'],
  manycore: ['manycore-exec', 'manycore-kernels', 'napi-sys', 'napi-build'],
}

/** Where Rust may be unsafe: these files, and the modules below them. The workspace denies it everywhere else. */
export const unsafeFence = /^crates\/(kernels\/src\/arch|binding\/src\/(buffers|callback|shm))(\/|\.rs$)/

/** `kernels` → src/kernels, as a regular expression for the path of a folder or of a file. */
const pattern = (part) => `^${part.startsWith('../') ? part.slice(3) : `src/${part}`}(/|\\.ts$)`

/** Rules of dependency-cruiser for the table. Dependencies on Node itself and on no file (types) are not its business. */
export function layerRules(table = layers) {
  const parts = Object.keys(table)
  const rules = parts.map((part) => ({
    name: `layer: ${part}`,
    severity: 'error',
    from: { path: pattern(part), pathNot: parts.filter((other) => other.startsWith(`${part}/`)).map(pattern) },
    to: { path: '^(src|examples|benchmark|dist|scripts|__test__)/', pathNot: [part, ...table[part]].map(pattern) },
  }))
  return [
    ...rules,
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no packages at run time', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'] } },
    // Peers of benchmarks are packages that need not be installed.
    { name: 'imports resolve', severity: 'error', from: { pathNot: '^benchmark/' }, to: { couldNotResolve: true } },
  ]
}

/**
 * Checks the tree below `base` (a copy with the same layout may be given).
 *
 * @returns {Promise<{ modules: number, dependencies: number, violations: string[] }>}
 */
export async function checkLayers(base = root, folders = ['src', 'examples', 'benchmark']) {
  // Folders that the design names but nothing has been put into yet are not in a clone.
  const { output } = await cruise(folders.filter((folder) => existsSync(join(base, folder))), {
    baseDir: base,
    validate: true,
    ruleSet: { forbidden: layerRules() },
    // Importing a type is knowing the file, too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // The package by its own name: whether that resolves, the compiler says.
    exclude: { path: '^(dist/|manycore(/|$))' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'default'] },
  })
  const known = Object.keys(layers).map((part) => new RegExp(pattern(part)))
  const homeless = output.modules.map(({ source }) => source).filter((source) => !known.some((layer) => layer.test(source)) && !isElsewhere(source))
  return {
    modules: output.summary.totalCruised,
    dependencies: output.summary.totalDependenciesCruised,
    violations: [
      ...output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      ...homeless.map((source) => `no layer: ${source}`),
    ],
  }
}

/** Whether a module is none of ours to place: of Node, of a package, or one that does not resolve (which has its own rule). */
function isElsewhere(source) {
  return !/^(src|examples|benchmark)\//.test(source)
}

if (process.argv[1] !== undefined && relative(root, process.argv[1]) === 'scripts/layers.mjs') {
  const { modules, dependencies, violations } = await checkLayers()
  for (const violation of violations) console.error(violation)
  console.log(`layers: ${modules} modules, ${dependencies} dependencies, ${violations.length} violations`)
  process.exitCode = violations.length === 0 ? 0 : 1
}
