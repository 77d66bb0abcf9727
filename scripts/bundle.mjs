// TypeScript of src/ → JavaScript that runs, in few files: opening a hundred small ones took three quarters of the time that `import 'manycore'` takes.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { build } from 'esbuild'
import { root } from './toolchain.mjs'

/** How a source names a file or folder by where it stands itself: `new URL('./worker.js', import.meta.url)`. Of a template this is the part before its first `${`. */
const neighbour = /new URL\((['"`])(\.{1,2}\/[^'"`$]*)/g

/** Stands for dist/ in such a path until it is known in which output the line comes to stand. */
const mark = 'manycore-output:/'

/** The folder of what entries share. */
const shared = 'shared'

/**
 * Sources that every entry gets with all that they import, whether it needs them or not. The bundler makes a file for each set of entries that need the same sources;
 * these small ones were needed by twenty different sets, and a file costs more to open than they do to read. No source that does something when it is imported, and none
 * that needs a module of Node that costs something to load.
 */
const common = [
  'common/builtin.ts', 'common/range.ts', 'multiprocessing/arrivals.ts', 'multiprocessing/pool/protocol.ts', 'threads/boot.ts', 'threads/channel.ts', 'threads/clone-error.ts', 'threads/current.ts',
  'threads/encode.ts', 'threads/error-transport.ts', 'threads/line.ts', 'threads/linger.ts', 'threads/load-module.ts', 'threads/pressure.ts', 'threads/table.ts',
]

/** The same for all entries but `lean` ones. */
const further = [
  'addon/index.ts', 'common/abort.ts', 'common/matrix.ts', 'common/parallelism.ts', 'multiprocessing/manager/protocol.ts', 'threads/spawn.ts',
]

/** Entries that are started again and again, as workers: to compile what they don't need took a sixth of the time that their start costs above that of a bare worker. */
const lean = ['multiprocessing/pool/worker.ts', 'multiprocessing/process/worker.ts', 'threads/watcher.ts']

/** `a\b` → `a/b` */
const slashes = (path) => path.split(sep).join('/')

/** The source of a built file that the source at `path` names, if there is one. */
function namedSource(path, name) {
  const source = join(dirname(path), name.replace(/\.js$/, '.ts'))
  return name.endsWith('.js') && existsSync(source) ? source : undefined
}

/** Files of `folder` that other files of it start by their URL (entries of workers and child processes), relative to it. */
export function startedFiles(folder) {
  const found = new Set()
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    for (const [, , name] of readFileSync(path, 'utf8').matchAll(neighbour)) {
      const source = namedSource(path, name)
      if (source !== undefined) found.add(slashes(relative(folder, source)))
    }
  }
  return [...found].toSorted()
}

/**
 * Bundles `entries` (files of `sources`, relative to it) into `output`. Each entry keeps its place and name; what several of them need goes into files beside them, so that
 * it exists once in a thread, whichever entries are imported.
 *
 * @returns {Promise<string[]>} the files written
 */
export async function bundle(entries, output, sources = join(root, 'src')) {
  const { outputFiles } = await build({
    entryPoints: entries.map((entry) => ({ in: `entry:${entry}`, out: entry.replace(/\.ts$/, '') })), outdir: output, chunkNames: `${shared}/chunk-[hash]`,
    bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', charset: 'ascii', sourcemap: 'linked', write: false,
    packages: 'external',
    plugins: [{
      name: 'sources',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice('entry:'.length), namespace: 'entry' }))
        // What is imported later is an entry, too.
        onResolve({ filter: /^\./, namespace: 'file' }, ({ path, kind, importer }) =>
          kind === 'dynamic-import' ? { path: slashes(relative(sources, join(dirname(importer), path))), namespace: 'entry' } : undefined)
        onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => ({ contents: entryText(path, sources), resolveDir: sources, loader: 'ts' }))
        // package.json says that no module of ours has effects, so that a bundler may drop what is imported by nothing but its path: here it is wanted.
        onResolve({ filter: /^\./, namespace: 'entry' }, ({ path }) => ({ path: join(sources, path), sideEffects: true }))
        onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => ({ contents: markNeighbours(path, sources), loader: 'ts' }))
      },
    }],
  })
  const changing = changingNames(sources)
  const texts = new Map(outputFiles.map(({ path, text }) => [path, path.endsWith('.js') ? plain(keepConstants(settle(text, slashes(relative(output, path))), changing)) : text]))
  for (const [path, text] of texts) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, path.endsWith('.js') ? ownConstants(path, texts) : text)
  }
  return outputFiles.map(({ path }) => path)
}

/** What stands for an entry: all of its exports, and what all entries have. */
function entryText(entry, sources) {
  const [first = ''] = readFileSync(join(sources, entry), 'utf8').split('\n', 1)
  const together = [...common, ...(lean.includes(entry) ? [] : further)].filter((name) => existsSync(join(sources, name)))
  return [...(first.startsWith('#!') ? [first] : []), ...together.map((name) => `import './${name}'`), `export * from './${entry}'`].join('\n')
}

/** The text of a source, its neighbours named by where they come to stand in dist/. */
function markNeighbours(path, sources) {
  const folder = dirname(slashes(relative(sources, path)))
  return readFileSync(path, 'utf8').replace(neighbour, (whole, quote, name) => {
    // Folders, and what stands in no folder of src/ (examples/); a path in a message or an example is nobody's neighbour.
    const named = name.endsWith('/') || namedSource(path, name) !== undefined
    return named ? `new URL(${quote}${mark}${posix.join('dist', folder, name)}` : whole
  })
}

/** The text of an output at `file`: its neighbours named by where they stand from there, its classes by their own names. */
function settle(text, file) {
  const settled = text.replace(new RegExp(`${mark}([^'"\`$]*)`, 'g'), (_, name) => {
    const path = `${posix.relative(posix.join('dist', dirname(file)), name)}${name.endsWith('/') ? '/' : ''}`
    return path.startsWith('.') ? path : `./${path}`
  })
  return nameClasses(settled, file)
}

/**
 * The bundler writes `class Lock` as `var Lock = class _Lock` where the class speaks of itself, and of two classes with one name it renames one. Users see these names, in
 * errors and in the console. (Its own remedy, keepNames, would run a line for each function at import.)
 */
function nameClasses(text, file) {
  const renamed = /^(?:var (\w*\d) = class\b|class (\w*\d)\b)/m.exec(text)
  if (renamed !== null) throw new Error(`${file}: two classes of src/ have the name of ${renamed[1] ?? renamed[2]}`)
  let named = text
  for (const [, name] of text.matchAll(/^var (\w+) = class _\1\b/gm)) named = named.replace(new RegExp(`\\b_${name}\\b`, 'g'), name)
  return named
}

/** Names of variables of the sources, outside of functions, that are assigned to again. */
function changingNames(sources) {
  const names = new Set()
  for (const entry of readdirSync(sources, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    for (const [line, name] of readFileSync(path, 'utf8').matchAll(/^(?:export )?(?:let|var) (\w*).*/gm)) {
      if (name === '') throw new Error(`${path}: several variables in one declaration, which are taken for constants: ${line}`)
      names.add(name)
    }
  }
  return names
}

/**
 * The bundler writes `var` for every `const` outside of functions. The engine loads a variable from memory each time it is read, and puts a constant into its machine code:
 * `exp` took twice as long. (The bundler numbers names that occur twice.)
 */
function keepConstants(text, changing) {
  return text.replace(/^var (\w+) = /gm, (line, name) => (changing.has(name) || changing.has(name.replace(/\d+$/, '')) ? line : `const ${name} = `))
}

/** `{ a, b as c }` of an import or an export. */
const listOf = (names) => names.split(',').map((name) => name.trim()).filter((name) => name !== '').map((name) => name.split(' as ')).map(([from, to = from]) => ({ from, to }))

/** The constants that an output exports, by the names that it exports them by. */
function exportedConstants(text) {
  const exported = listOf(/^export \{([^}]*)\};?$/m.exec(text)?.[1] ?? '')
  const constants = new Set(Array.from(text.matchAll(/^const (\w+) = /gm), ([, name]) => name))
  return new Set(exported.filter(({ from }) => constants.has(from)).map(({ to }) => to))
}

/**
 * What an output imports from another one, and what it exports, the engine reads from a cell each time, constant or not: loops over a typed array of another output, which look at its class and
 * its length for each element then, took up to half as long again. So every output has constants of its own, which are exported by other names. (They stand in the first empty line: source maps count lines.)
 */
function ownConstants(path, texts) {
  const text = texts.get(path)
  const copies = []
  const own = text.replace(/^import \{([^}]*)\} from "(\.[^"]*)";?$/gm, (whole, names, from) => {
    const constants = exportedConstants(texts.get(join(dirname(path), from)) ?? '')
    const copied = listOf(names).filter((name) => constants.has(name.from))
    if (copied.length === 0) return whole
    const list = names.replace(/[\w$]+(?: as [\w$]+)?/g, (name) => {
      const [{ from, to }] = listOf(name)
      return constants.has(from) ? `${from} as ${to}$` : name
    })
    copies.push(...copied.map(({ to }) => `${to} = ${to}$`))
    return `import {${list}} from "${from}";`
  }).replace(/^$/m, copies.length === 0 ? '' : () => `const ${copies.join(', ')};`)
  const constants = exportedConstants(text)
  return own.replace(/^export \{([^}]*)\};?$/m, (whole, names) => {
    const copied = listOf(names).filter(({ to }) => constants.has(to))
    if (copied.length === 0) return whole
    const list = names.replace(/[\w$]+(?: as [\w$]+)?/g, (name) => {
      const [{ from, to }] = listOf(name)
      return constants.has(to) ? `${from}$$ as ${to}` : name
    })
    return `const ${copied.map(({ from }) => `${from}$$ = ${from}`).join(', ')}; export {${list}};`
  })
}

/** Comments without letters beyond ASCII (the bundler has seen to all else): for a single one of them the engine takes two bytes for each letter of the file, and longer to compile it. */
function plain(text) {
  return text.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
