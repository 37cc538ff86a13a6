import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCgroups } from '../../../../agent/collect/cgroup.ts'
import { readCgroupMemory } from '../../../../agent/collect/cgroup-memory.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'

const mib = 1024 * 1024
const totalBytes = 8_192 * mib
const unlimitedV1 = '9223372036854771712\n'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-cgroup-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function write(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
}

const reader = () => {
  const roots = { proc: join(directory, 'proc'), sys: join(directory, 'sys'), etc: join(directory, 'etc') }
  const files = createFileReader()
  const cgroups = createCgroups({ files, roots })
  return { read: (totalBytes: number) => readCgroupMemory({ files, cgroups, totalBytes }) }
}

const v2Mount = '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n'
const v1Mount = '36 32 0:33 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n'

it('version 2: the limit of the group, and its use without the cache that can go at once', () => {
  write({
    'proc/self/cgroup': '0::/docker/1f\n',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/docker/1f/memory.max': `${512 * mib}\n`,
    'sys/fs/cgroup/docker/1f/memory.current': `${300 * mib}\n`,
    'sys/fs/cgroup/docker/1f/memory.stat': `anon 1\ninactive_file ${100 * mib}\nactive_file 7\n`,
  })
  expect(reader().read(totalBytes)).toEqual({ cgroupLimitBytes: 512 * mib, cgroupUsedBytes: 200 * mib })
})

it('version 2: a tighter limit further up holds too, with the use of that group', () => {
  write({
    'proc/self/cgroup': '0::/pod/app\n',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/pod/app/memory.max': 'max\n',
    'sys/fs/cgroup/pod/memory.max': `${256 * mib}\n`,
    'sys/fs/cgroup/pod/memory.current': `${50 * mib}\n`,
  })
  expect(reader().read(totalBytes)).toEqual({ cgroupLimitBytes: 256 * mib, cgroupUsedBytes: 50 * mib })
})

it('version 1: wins where both are mounted, since it is the one that limits memory', () => {
  write({
    'proc/self/cgroup': '5:cpu,cpuacct:/\n4:memory:/docker/1f\n0::/\n',
    'proc/self/mountinfo': v2Mount + v1Mount,
    'sys/fs/cgroup/memory/docker/1f/memory.limit_in_bytes': `${512 * mib}\n`,
    'sys/fs/cgroup/memory/docker/1f/memory.usage_in_bytes': `${300 * mib}\n`,
    'sys/fs/cgroup/memory/docker/1f/memory.stat': `inactive_file 5\ntotal_inactive_file ${100 * mib}\n`,
  })
  expect(reader().read(totalBytes)).toEqual({ cgroupLimitBytes: 512 * mib, cgroupUsedBytes: 200 * mib })
})

it('inside a container that does not see its own path, the mount itself is the group', () => {
  write({
    'proc/self/cgroup': '4:memory:/docker/1f\n',
    'proc/self/mountinfo': '36 32 0:33 /docker/other /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': `${64 * mib}\n`,
    'sys/fs/cgroup/memory/memory.usage_in_bytes': `${32 * mib}\n`,
  })
  expect(reader().read(totalBytes)).toEqual({ cgroupLimitBytes: 64 * mib, cgroupUsedBytes: 32 * mib })
})

it.each<[string, Record<string, string>]>([
  ['nothing is limited', { 'sys/fs/cgroup/a/memory.max': 'max\n' }],
  ['the limit is above the memory of the host', { 'sys/fs/cgroup/a/memory.max': unlimitedV1 }],
  ['the files are not there', {}],
  ['there is no cgroup at all', { 'proc/self/cgroup': '', 'proc/self/mountinfo': '' }],
])('there is no limit to tell when %s', (_, files) => {
  write({ 'proc/self/cgroup': '0::/a\n', 'proc/self/mountinfo': v2Mount, ...files })
  expect(reader().read(totalBytes)).toEqual({})
})

it('a limit without its use is told alone', () => {
  write({
    'proc/self/cgroup': '0::/a\n',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/a/memory.max': `${mib}\n`,
  })
  expect(reader().read(totalBytes)).toEqual({ cgroupLimitBytes: mib })
})

it('a process that is moved to another group is read there', () => {
  write({
    'proc/self/cgroup': '0::/a\n',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/a/memory.max': `${mib}\n`,
    'sys/fs/cgroup/b/memory.max': `${2 * mib}\n`,
  })
  const moving = reader()
  expect(moving.read(totalBytes)).toEqual({ cgroupLimitBytes: mib })
  write({ 'proc/self/cgroup': '0::/b\n' })
  expect(moving.read(totalBytes)).toEqual({ cgroupLimitBytes: 2 * mib })
})
