import { expect, test } from 'vitest'
import { createCgroups } from '../../../../agent/collect/cgroup.ts'
import { createCgroupCpuReader } from '../../../../agent/collect/cgroup-cpu.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { type FixtureHost, fixtureHost } from './fixture.ts'

const v2Mount = '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n'
const v1Mounts =
  '32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n' +
  '33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n'
const jointMount = '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpuacct,cpu\n'

function hostOf(files: Record<string, string>): FixtureHost {
  const host = fixtureHost()
  for (const [path, text] of Object.entries(files)) host.write(path, text)
  return host
}

function readerOf({ roots }: FixtureHost) {
  const files = createFileReader()
  return createCgroupCpuReader({ files, cgroups: createCgroups({ files, roots }) })
}

const v2Stat = (usedMs: number, periods: number, throttled: number) =>
  `usage_usec ${usedMs * 1_000}\nuser_usec 1\nsystem_usec 2\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec 9\n`
const v1Stat = (periods: number, throttled: number) =>
  `nr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_time 9\n`

test.each<[string, { limit: Record<string, string>; before: Record<string, string>; after: Record<string, string> }]>([
  [
    'version 2',
    {
      limit: {
        'proc/self/cgroup': '0::/pod/app\n',
        'proc/self/mountinfo': v2Mount,
        'sys/fs/cgroup/pod/app/cpu.max': 'max 100000\n',
        'sys/fs/cgroup/pod/cpu.max': '50000 100000\n',
      },
      before: { 'sys/fs/cgroup/pod/cpu.stat': v2Stat(1_000, 100, 10) },
      after: { 'sys/fs/cgroup/pod/cpu.stat': v2Stat(5_000, 200, 35) },
    },
  ],
  [
    'version 1, use counted in a hierarchy of its own',
    {
      limit: {
        'proc/self/cgroup': '2:cpuacct:/pod/app\n1:cpu:/pod/app\n0::/\n',
        'proc/self/mountinfo': v2Mount + v1Mounts,
        'sys/fs/cgroup/cpu/pod/app/cpu.cfs_quota_us': '-1\n',
        'sys/fs/cgroup/cpu/pod/app/cpu.cfs_period_us': '100000\n',
        'sys/fs/cgroup/cpu/pod/cpu.cfs_quota_us': '25000\n',
        'sys/fs/cgroup/cpu/pod/cpu.cfs_period_us': '50000\n',
      },
      before: {
        'sys/fs/cgroup/cpuacct/pod/cpuacct.usage': '1000000000\n',
        'sys/fs/cgroup/cpu/pod/cpu.stat': v1Stat(100, 10),
      },
      after: {
        'sys/fs/cgroup/cpuacct/pod/cpuacct.usage': '5000000000\n',
        'sys/fs/cgroup/cpu/pod/cpu.stat': v1Stat(200, 35),
      },
    },
  ],
  [
    'version 1, both controllers in one hierarchy',
    {
      limit: {
        'proc/self/cgroup': '4:cpuacct,cpu:/pod\n',
        'proc/self/mountinfo': jointMount,
        'sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us': '50000\n',
        'sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us': '100000\n',
      },
      before: {
        'sys/fs/cgroup/cpu,cpuacct/pod/cpuacct.usage': '1000000000\n',
        'sys/fs/cgroup/cpu,cpuacct/pod/cpu.stat': v1Stat(100, 10),
      },
      after: {
        'sys/fs/cgroup/cpu,cpuacct/pod/cpuacct.usage': '5000000000\n',
        'sys/fs/cgroup/cpu,cpuacct/pod/cpu.stat': v1Stat(200, 35),
      },
    },
  ],
])('the tightest quota upwards, what was used of it and how often it held back: %s', (_, { limit, before, after }) => {
  using host = hostOf({ ...limit, ...before })
  const reader = readerOf(host)
  expect(reader.read({ cores: 4, monotonicMs: 0 })).toEqual({ cgroupLimitCores: 0.5 })
  for (const [path, text] of Object.entries(after)) host.write(path, text)
  expect(reader.read({ cores: 4, monotonicMs: 10_000 })).toEqual({
    cgroupLimitCores: 0.5,
    cgroupUsedCores: 0.4,
    cgroupThrottledPercent: 25,
  })
})

const limited = {
  'proc/self/cgroup': '0::/a\n',
  'proc/self/mountinfo': v2Mount,
  'sys/fs/cgroup/a/cpu.max': '50000 100000\n',
}

test.each<[string, Record<string, string>, object]>([
  ['no quota', { 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' }, {}],
  ['a quota above the cores that are there', { 'sys/fs/cgroup/a/cpu.max': '800000 100000\n' }, {}],
  ['a period of 0', { 'sys/fs/cgroup/a/cpu.max': '50000 0\n' }, {}],
  ['nonsense', { 'sys/fs/cgroup/a/cpu.max': 'a lot\n' }, {}],
  ['no control groups', { 'proc/self/cgroup': '' }, {}],
  ['a group without counters', {}, { cgroupLimitCores: 0.5 }],
])('%s', (_, files, expected) => {
  using host = hostOf({ ...limited, ...files })
  const reader = readerOf(host)
  reader.read({ cores: 4, monotonicMs: 0 })
  expect(reader.read({ cores: 4, monotonicMs: 1_000 })).toEqual(expected)
})

test('a group that did nothing was not held back in 0 % of its periods: it had none', () => {
  using host = hostOf({ ...limited, 'sys/fs/cgroup/a/cpu.stat': v2Stat(5, 7, 1) })
  const reader = readerOf(host)
  reader.read({ cores: 4, monotonicMs: 0 })
  expect(reader.read({ cores: 4, monotonicMs: 1_000 })).toEqual({ cgroupLimitCores: 0.5, cgroupUsedCores: 0 })
})

test('counters of another group, or of one that was made anew, give no rate', () => {
  using host = hostOf({ ...limited, 'sys/fs/cgroup/a/cpu.stat': v2Stat(9_000, 70, 7) })
  const reader = readerOf(host)
  reader.read({ cores: 4, monotonicMs: 0 })
  host.write('sys/fs/cgroup/a/cpu.stat', v2Stat(10, 1, 0))
  expect(reader.read({ cores: 4, monotonicMs: 1_000 })).toEqual({ cgroupLimitCores: 0.5 })
  host.write('proc/self/cgroup', '0::/b\n')
  host.write('sys/fs/cgroup/b/cpu.max', '100000 100000\n')
  host.write('sys/fs/cgroup/b/cpu.stat', v2Stat(9_999, 80, 8))
  expect(reader.read({ cores: 4, monotonicMs: 2_000 })).toEqual({ cgroupLimitCores: 1 })
})
