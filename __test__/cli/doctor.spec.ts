/** What doctor concludes from the state of the library. */
import test from 'ava'
import { diagnose } from '../../src/cli/doctor.ts'

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
