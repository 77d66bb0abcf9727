/** The JavaScript of the package is bundled (scripts/bundle.mjs): in few files, and still with one copy of what must be one. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { bundle, startedFiles } from '../../scripts/bundle.mjs'
import { root } from '../../scripts/toolchain.mjs'

const dist = join(root, 'dist')

/** What a program prints that stands in the root of the package. */
async function printed(program: string, ...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', program], { cwd: root })
  return stdout.trim()
}

/** The files that the program at `path` imports, directly and through others. Those that are imported later (`import()`) aren't among them. */
function imported(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/^(?:import|export) ?(?:[^"';]* from )?"(\.[^"]+)";$/gm)) imported(join(path, '..', name!), found)
  return found
}

/** Entries of the package, and the most files that importing one may open. Each took 60 to 130 before there were bundles. */
const most: Record<string, number> = {
  'index.js': 7, 'models/index.js': 7, 'multiprocessing/index.js': 7, 'multiprocessing/pool/worker.js': 2, 'multiprocessing/process/worker.js': 2, 'multiprocessing/manager/server.js': 4,
  'backends/workers/worker.js': 4,
}

for (const [entry, files] of Object.entries(most)) {
  test(`${entry} is at most ${files} files`, (t) => {
    const found = imported(join(dist, entry))
    t.true(found.size > 1, 'imports are found at all')
    t.true(found.size <= files, [...found].join('\n'))
  })
}

test('no entry imports a module of Node that costs as much as the package', (t) => {
  for (const entry of Object.keys(most)) {
    for (const path of imported(join(dist, entry))) t.notRegex(readFileSync(path, 'utf8'), /^import (?:[^"';]* from )?"node:(?:crypto|child_process|v8|http|net)";$/m, path)
  }
})

test('constants are read from no other file, nor from what is exported: loops over them took up to half as long again', (t) => {
  const names = (list: string): string[] => list.split(',').map((name) => name.trim().split(' as ')[0]!).filter((name) => name !== '')
  const constantsOf = (text: string): Set<string> => new Set(Array.from(text.matchAll(/^const (\w+) = /gm), ([, name]) => name!))
  let seen = 0
  for (const path of readdirSync(dist, { recursive: true }).map(String).filter((path) => path.endsWith('.js') && !path.startsWith('examples'))) {
    const text = readFileSync(join(dist, path), 'utf8')
    const constants = constantsOf(text)
    for (const [, list] of text.matchAll(/^export \{([^}]*)\};$/gm)) t.deepEqual(names(list!).filter((name) => constants.has(name) && !text.includes(`${name} = ${name}$`)), [], path)
    for (const [, list, from] of text.matchAll(/^import \{([^}]*)\} from "(\.[^"]+)";$/gm)) {
      const theirs = constantsOf(readFileSync(join(dist, path, '..', from!), 'utf8'))
      const taken = list!.split(',').map((name) => name.trim()).filter((name) => theirs.has(name.split(' as ')[0]!))
      seen += taken.length
      for (const name of taken) t.regex(text, new RegExp(`\\b${name.split(' as ').at(-1)!.replace(/\$/g, '')} = ${name.split(' as ').at(-1)!.replace(/\$/g, '\\$')}[,;]`), `${name} in ${path}`)
    }
  }
  t.true(seen > 20, 'constants are shared at all')
})

test('no import() puts its name together: webpack would look for every file that it might mean', (t) => {
  const files = readdirSync(dist, { recursive: true }).map(String).filter((path) => path.endsWith('.js') && !/^(cli|examples)\b/.test(path))
  t.true(files.length > 0)
  for (const path of files) t.notRegex(readFileSync(join(dist, path), 'utf8'), /\bimport\([^)"']*`/, path)
})

test('settings, errors and what marks them are one for all entries', async (t) => {
  const program = `
    import { Matrix, allocate, getThreads, info, range, setBackend, setThreads } from 'manycore'
    import { Matrix as ModelMatrix, LogisticRegression } from 'manycore/models'
    import { Pool, range as poolRange } from 'manycore/multiprocessing'
    import * as bench from 'manycore/bench'
    import * as testing from 'manycore/testing'
    setBackend('workers')
    setThreads(1)
    const model = new LogisticRegression().fitSync([[0], [1], [2], [3]], [0, 0, 1, 1])
    const codes = [() => new LogisticRegression().fitSync([], []), () => new Pool(1), () => allocate('float64', -1)].map((call) => {
      try { call() } catch (error) { return error.code.startsWith('ERR_MANYCORE_') }
    })
    console.log(JSON.stringify([
      ModelMatrix === undefined || Matrix === ModelMatrix, range === poolRange, info().backend, getThreads(), codes.every(Boolean),
      typeof model.predictSync, Object.keys(bench).length > 0, Object.keys(testing).length > 0,
    ]))
  `
  t.is(await printed(program), JSON.stringify([true, true, 'workers', 1, true, 'function', true, true]))
})

test('no source is in two files', (t) => {
  const place = new Map<string, string>()
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    if (!entry.name.endsWith('.js.map') || path.startsWith(join(dist, 'examples'))) continue
    const { sources } = JSON.parse(readFileSync(path, 'utf8')) as { sources: string[] }
    for (const source of sources.map((name) => join(path, '..', name))) {
      t.is(place.get(source), undefined, `${source} is in ${path}, too`)
      place.set(source, path)
    }
  }
  t.true(place.size > 200)
  t.true([...place.keys()].every((source) => source.startsWith(join(root, 'src'))), 'source maps lead to the sources')
})

test('require gives the same package as import', async (t) => {
  const program = `
    import { createRequire } from 'node:module'
    import * as imported from 'manycore'
    console.log(createRequire(process.cwd() + '/x.js')('manycore').sumSync === imported.sumSync)
  `
  t.is(await printed(program, '--no-warnings'), 'true')
})

test('with --enable-source-maps a stack names the sources', async (t) => {
  const program = "import { sumSync } from 'manycore'\ntry { sumSync('x') } catch (error) { console.log(error.stack) }"
  t.regex(await printed(program, '--enable-source-maps'), /src[\\/]errors\.ts:\d+/)
  t.regex(await printed(program), /dist[\\/]shared[\\/]chunk-/)
})

test('a file that is named by its URL is named from where the line comes to stand; other texts stay', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'manycore-bundle-'))
  t.teardown(() => rmSync(place, { recursive: true }))
  const write = (name: string, text: string): void => {
    mkdirSync(join(place, 'src', name, '..'), { recursive: true })
    writeFileSync(join(place, 'src', name), text)
  }
  write('a/b/pool.ts', "export class Pool { static made = 0; make(): Pool { Pool.made++; return new Pool() } }\nexport const worker = new URL('./worker.js', import.meta.url).href\nexport const hint = \"new URL('./tasks.ts', import.meta.url)\"\n")
  write('a/b/worker.ts', 'export const here = import.meta.url\n')
  write('one.ts', "import { Pool, hint, worker } from './a/b/pool.ts'\nconsole.log(worker === (await import(worker)).here, hint, Pool.name, new URL('../', import.meta.url).pathname === new URL('../', worker.replace('/a/b/', '/')).pathname)\n")
  write('two/two.ts', "export * from '../a/b/pool.ts'\n")
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n')
  t.deepEqual(startedFiles(join(place, 'src')), ['a/b/worker.ts'])
  await bundle(['one.ts', 'two/two.ts', 'a/b/worker.ts'], join(place, 'dist'), join(place, 'src'))
  const { stdout } = await promisify(execFile)(process.execPath, [join(place, 'dist/one.js')])
  t.is(stdout.trim(), "true new URL('./tasks.ts', import.meta.url) Pool true")
})

test('two classes of one name are refused: one would be renamed, and users see the names', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'manycore-bundle-'))
  t.teardown(() => rmSync(place, { recursive: true }))
  writeFileSync(join(place, 'one.ts'), "import { End as Other } from './two.ts'\nexport class End {}\nconsole.log(Other)\n")
  writeFileSync(join(place, 'two.ts'), 'export class End {}\n')
  await t.throwsAsync(bundle(['one.ts'], join(place, 'dist'), place), { message: /two classes of src\/ have the name of End/ })
})

test('constants of the sources stay constants: the engine compiles them into its code, and loads variables each time', async (t) => {
  const files = readdirSync(join(dist, 'shared')).filter((name) => name.endsWith('.js')).map((name) => readFileSync(join(dist, 'shared', name), 'utf8')).join('')
  t.regex(files, /^const LOG2_E\d* = /m)
  t.notRegex(files, /^var [A-Z]\w* = /m)
  const place = mkdtempSync(join(tmpdir(), 'manycore-bundle-'))
  t.teardown(() => rmSync(place, { recursive: true }))
  writeFileSync(join(place, 'one.ts'), "import { next } from './two.ts'\nlet count = 5\nconst still = 1\ncount += still\nconsole.log(count, next(), next())\n")
  writeFileSync(join(place, 'two.ts'), 'let count = 0\nconst step = 2\nexport const next = (): number => (count += step)\n')
  await bundle(['one.ts'], join(place, 'dist'), place)
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n')
  const { stdout } = await promisify(execFile)(process.execPath, [join(place, 'dist/one.js')])
  t.is(stdout.trim(), '6 2 4')
  writeFileSync(join(place, 'two.ts'), 'let [a, b] = [0, 1]\nexport const next = (): number => ([a, b] = [b, a + b])[0]!\n')
  await t.throwsAsync(bundle(['one.ts'], join(place, 'dist'), place), { message: /several variables in one declaration/ })
})

test('files are ASCII: else the engine takes two bytes a letter, and longer', (t) => {
  for (const name of readdirSync(join(dist, 'shared')).filter((name) => name.endsWith('.js'))) t.notRegex(readFileSync(join(dist, 'shared', name), 'utf8'), /[^\0-\x7f]/, name)
})

test('what is imported later is in files of its own', (t) => {
  const later = readFileSync(fileURLToPath(new URL('../../src/multiprocessing/arrivals.ts', import.meta.url)), 'utf8')
  t.regex(later, /import\('\.\/travellers\.ts'\)/)
  const worker = [...imported(join(dist, 'multiprocessing/pool/worker.js'))].map((path) => readFileSync(path, 'utf8')).join('')
  t.false(worker.includes('class SharedArray'), 'a worker loads the toolkit only when something of it arrives')
})
