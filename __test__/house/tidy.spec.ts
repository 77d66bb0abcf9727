/** Habits of the house that no tool checks for us. */
import test from 'ava'
import { filesBelow, read } from '../support/house.ts'

const ignored = /(^|\/)(node_modules|fixtures|target)\//
const code = ['src', 'crates', 'scripts', 'examples', '__test__'].flatMap(filesBelow).filter((path) => /\.(ts|mjs|rs|py)$/.test(path) && !ignored.test(path))
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...filesBelow('docs')]

const offenders = (paths: string[], pattern: RegExp) =>
  paths.flatMap((path) => read(path).split('\n').flatMap((line, k) => (pattern.test(line) ? [`${path}:${k + 1}: ${line.trim()}`] : [])))

test('files hold one idea: none is over 500 lines, generated ones aside', (t) => {
  t.true(code.length > 50)
  t.deepEqual(code.filter((path) => !path.includes('generated') && read(path).split('\n').length > 501), [])
})

test('no test runs alone, and a skipped one says why on its line', (t) => {
  const tests = code.filter((path) => path.startsWith('__test__/') || path.endsWith('.rs'))
  t.deepEqual(offenders(tests, /\b(test|it)(\.\w+)*\.only\(|\.failing\(/), [])
  t.deepEqual(offenders(tests, /\btest(\.\w+)*\.skip\((?!.*\/\/)|#\[ignore\]/), [])
})

test('no path of somebody’s machine is written down', (t) => {
  t.deepEqual(offenders([...code, ...pages, 'package.json', '.ci/run'], /["'`\s(](\/home\/|\/root\/|\/Users\/|[A-Z]:\\Users)/), [])
})

test('lock files record no download addresses', (t) => {
  t.notRegex(read('package-lock.json'), /"resolved": "http/)
})

test('TypeScript imports files with their ending, and nothing of Node without node:', (t) => {
  const sources = code.filter((path) => /^(src|examples)\//.test(path))
  t.deepEqual(offenders(sources, /\bfrom '\.{1,2}\/[^']*(?<!\.ts)'/), [])
  t.deepEqual(offenders(sources, /\bfrom '(fs|os|path|util|url|worker_threads|module|child_process|events|perf_hooks)(\/|')/), [])
})
