/** What doctor concludes from the state of the library. */
import test from 'ava'
import { info } from 'manycore'
import { diagnose, sameBits } from '../../src/cli/doctor.ts'

const native = { backend: 'native', reason: 'the native core loaded', cpuLevel: 'avx2', threads: 2, tried: [{ path: '/a.node' }], warnings: [] } as const
const none = { ...native, backend: 'workers', reason: 'no native core', cpuLevel: 'typescript', tried: [{ path: '/a.node', error: 'no such file' }] } as const

test('a loaded addon is healthy', (t) => {
  const { healthy, findings } = diagnose(native, {})
  t.true(healthy)
  t.is(findings.length, 1)
})

test('no addon at all is healthy, and says how to get one', (t) => {
  const { healthy, findings } = diagnose(none, {})
  t.true(healthy)
  t.true(findings.join(' ').includes('npm run build'))
})

test('an addon that is there but does not load is not healthy, even when another one did', (t) => {
  const broken = { path: '/b.node', error: 'invalid ELF header' }
  for (const tried of [[broken], [broken, { path: '/a.node' }]]) {
    const { healthy, findings } = diagnose({ ...native, tried }, {})
    t.false(healthy)
    t.true(findings.some((finding) => finding.includes('/b.node') && finding.includes('invalid ELF header')))
  }
})

test('says that workers are in use although the addon works, and names the variables that are set', (t) => {
  const { findings } = diagnose({ ...native, backend: 'workers', reason: 'MANYCORE_BACKEND asked for it' }, { MANYCORE_BACKEND: 'workers' })
  t.true(findings.some((finding) => finding.includes('MANYCORE_BACKEND asked for it')))
  t.true(findings.some((finding) => finding === 'MANYCORE_BACKEND is set to "workers".'))
})

test('a warning of the pool is not healthy', (t) => {
  const { healthy, findings } = diagnose({ ...native, warnings: ['only 1 of 2 threads could be started'] }, {})
  t.false(healthy)
  t.true(findings.includes('only 1 of 2 threads could be started'))
})

const remedies: [string, RegExp][] = [
  ["/lib64/libc.so.6: version `GLIBC_2.34' not found", /older than the binary asks for/],
  ['/x/manycore.node: invalid ELF header', /another platform or cut short/],
  ['damaged or swapped: its SHA-256 is 00, the package was built with 11', /not the one that was packed/],
  ['built for version 0.0.9, this package is 0.1.0', /Two versions/],
  ['libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory', /another C library/],
  ['something new', /please report/],
]
for (const [error, remedy] of remedies) {
  test(`what to do about: ${error}`, (t) => t.regex(diagnose({ ...native, tried: [{ path: '/a.node', error }] }, {}).findings.join(' '), remedy))
}

test('the bits of both backends are compared where both run', (t) => {
  t.is(sameBits({ tried: [{ path: '/a.node', error: 'no such file' }] }), undefined)
  if (info().tried.some(({ error }) => error === undefined)) t.true(sameBits(info()))
})
