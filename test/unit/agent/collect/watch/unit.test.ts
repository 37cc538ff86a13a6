import { expect, test } from 'vitest'
import { createFileReader } from '../../../../../agent/collect/read-file.ts'
import { createUnits } from '../../../../../agent/collect/watch/unit.ts'
import { type FixtureHost, fixtureHost } from '../fixture.ts'

const unified = '5 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n'
const legacy =
  '4 1 0:8 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n5 1 0:9 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n6 1 0:7 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n'

function unitsOf(host: FixtureHost, mounts: string) {
  host.write('proc/self/mountinfo', mounts)
  return createUnits({ files: createFileReader(), roots: host.roots })
}

test.each([
  ['version 2', unified, 'sys/fs/cgroup'],
  ['version 1', legacy, 'sys/fs/cgroup/systemd'],
])('processes of a unit are those of its control group and of all nested in it: %s', (_, mounts, base) => {
  using host = fixtureHost()
  const units = unitsOf(host, mounts)
  host.write(`${base}/system.slice/ssh.service/cgroup.procs`, '10\n11\n')
  host.write(`${base}/system.slice/ssh.service/a/cgroup.procs`, '')
  host.write(`${base}/system.slice/ssh.service/a/b c/cgroup.procs`, '12\n')
  host.write(`${base}/system.slice/ssh.service/d/cgroup.procs`, '13\n')
  host.write(`${base}/system.slice/sshd.service/cgroup.procs`, '14\n')
  expect(units.pidsOf('ssh.service', 0).sort()).toEqual([10, 11, 12, 13])
})

test('a unit that does not run has no group: nobody', () => {
  using host = fixtureHost()
  const units = unitsOf(host, unified)
  host.write('sys/fs/cgroup/system.slice/ssh.service/cgroup.procs', '10\n')
  expect(units.pidsOf('ssh.service', 0)).toEqual([10])
  host.remove('sys/fs/cgroup/system.slice/ssh.service')
  expect(units.pidsOf('ssh.service', 1_000)).toEqual([])
  host.write('sys/fs/cgroup/system.slice/ssh.service/cgroup.procs', '20\n')
  expect(units.pidsOf('ssh.service', 2_000)).toEqual([20])
})

test.each([
  ['postgresql@15-main.service', 'system.slice/system-postgresql.slice'],
  ['a-b@x.service', 'system.slice/system-a\\x2db.slice'],
  ['app.service', 'user.slice/user-1000.slice/user@1000.service/app.slice'],
  ['web.service', 'web.slice/web-front.slice'],
  ['init.scope', '.'],
  ['system.slice', '.'],
])('%s is found in %s', (unit, slice) => {
  using host = fixtureHost()
  const units = unitsOf(host, unified)
  host.write('sys/fs/cgroup/system.slice/cgroup.procs', '')
  host.write(`sys/fs/cgroup/${slice}/${unit}/cgroup.procs`, '10\n')
  expect(units.pidsOf(unit, 0)).toEqual([10])
})

test('other slices are searched once a minute at most', () => {
  using host = fixtureHost()
  const units = unitsOf(host, unified)
  host.write('sys/fs/cgroup/system.slice/cgroup.procs', '')
  expect(units.pidsOf('web.service', 0)).toEqual([])
  host.write('sys/fs/cgroup/web.slice/web.service/cgroup.procs', '10\n')
  expect(units.pidsOf('web.service', 59_000)).toEqual([])
  expect(units.pidsOf('web.service', 60_000)).toEqual([10])
  expect(units.pidsOf('web.service', 61_000)).toEqual([10])
})

test.each([
  ['no control groups', '', 'no hierarchy of control groups is mounted'],
  ['groups of somebody else', unified, 'no system.slice in'],
])('a host without a systemd says so: %s', (_, mounts, expected) => {
  using host = fixtureHost()
  expect(() => unitsOf(host, mounts).pidsOf('ssh.service', 0)).toThrow(expected)
})
