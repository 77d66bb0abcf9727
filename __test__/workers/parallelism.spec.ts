/** Reading CPU quotas of control groups, from files that say what the kernel would. */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import test from 'ava'
import { cpuCount } from 'manycore/multiprocessing'
import { cpuQuota } from '../../src/common/parallelism.ts'

const quota = (files: Record<string, string>): number => cpuQuota((path) => files[path])

test('no control groups, no quota', (t) => {
  t.is(quota({}), Infinity)
  t.is(quota({ '/proc/self/cgroup': '0::/\n' }), Infinity)
  t.is(quota({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' }), Infinity)
})

test('version 2: the tightest of the group and those above it', (t) => {
  const files = {
    '/proc/self/cgroup': '0::/a/b\n',
    '/sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
    '/sys/fs/cgroup/a/cpu.max': '150000 100000\n',
    '/sys/fs/cgroup/cpu.max': 'max 100000\n',
  }
  t.is(quota(files), 1.5)
})

test('version 2: inside a container only the root of the path from outside exists', (t) => {
  t.is(quota({ '/proc/self/cgroup': '0::/docker/4711\n', '/sys/fs/cgroup/cpu.max': '250000 100000\n' }), 2.5)
})

test('version 1', (t) => {
  const groups = '12:memory:/x\n4:cpu,cpuacct:/x\n0::/x\n'
  t.is(quota({ '/proc/self/cgroup': groups, '/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us': '200000\n', '/sys/fs/cgroup/cpu/x/cpu.cfs_period_us': '100000\n' }), 2)
  t.is(quota({ '/proc/self/cgroup': groups, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }), Infinity)
})

test('what cannot be understood is no quota', (t) => {
  t.is(quota({ '/proc/self/cgroup': 'nonsense\n4:cpu:/x\n', '/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us': 'abc', '/sys/fs/cgroup/cpu/x/cpu.cfs_period_us': '0' }), Infinity)
})

test('cpuCount is no more than affinity and quota allow', (t) => {
  const allowed = cpuQuota((path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined))
  t.is(cpuCount(), Math.max(1, Math.min(availableParallelism(), Math.floor(allowed))))
})
