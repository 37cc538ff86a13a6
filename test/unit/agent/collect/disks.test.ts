import type { StatsFs } from 'node:fs'
import { expect, test } from 'vitest'
import { createDisksReader, type FileSystems } from '../../../../agent/collect/disks.ts'
import { parseMountinfo } from '../../../../agent/collect/mountinfo.ts'
import { selectMounts } from '../../../../agent/collect/mounts.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { limits } from '../../../../core/limits.ts'
import { type FixtureHost, fixtureHost, handClock } from './fixture.ts'

const line = (id: number, device: string, root: string, mountPoint: string, rest: string, options = 'rw,relatime') =>
  `${id} 1 ${device} ${root} ${mountPoint} ${options} shared:${id} - ${rest}\n`

test.each([
  ['a pseudo file system is left out', line(1, '0:5', '/', '/run', 'tmpfs tmpfs rw'), []],
  ['a snap is left out', line(1, '7:1', '/', '/snap/core/1', 'squashfs /dev/loop1 ro', 'ro'), []],
  ['a DVD is left out', line(1, '11:0', '/', '/media/dvd', 'iso9660 /dev/sr0 ro', 'ro'), []],
  ['what is mounted read-only on purpose is left out', line(1, '8:1', '/', '/usr', 'ext4 /dev/sda1 ro', 'ro'), []],
  [
    'an overlay of a container is left out',
    line(1, '0:50', '/', '/var/lib/docker/overlay2/1/merged', 'overlay o rw'),
    [],
  ],
  ['the root is kept though it is an overlay', line(1, '0:50', '/', '/', 'overlay overlay rw'), ['/']],
  ['the root is kept though it is read-only', line(1, '8:1', '/', '/', 'ext4 /dev/sda1 ro', 'ro'), ['/']],
  [
    'a device that is mounted twice is told once, by its own root',
    line(1, '8:1', '/www', '/w', 'ext4 /dev/sda1 rw') + line(2, '8:1', '/', '/data', 'ext4 /dev/sda1 rw'),
    ['/data'],
  ],
  [
    'the files that a container engine binds are no disks',
    line(1, '8:1', '/v/1/hosts', '/etc/hosts', 'ext4 /dev/sda1 rw') +
      line(2, '8:1', '/v/x', '/data', 'ext4 /dev/sda1 rw'),
    ['/data'],
  ],
  [
    'what is mounted over another hides it',
    line(1, '8:1', '/', '/data', 'ext4 /dev/sda1 rw') + line(2, '0:9', '/', '/data', 'tmpfs tmpfs rw'),
    [],
  ],
  [
    'a mount point may hold spaces and newlines',
    line(1, '8:1', '/', '/my\\040disk\\012', 'xfs /dev/sda1 rw'),
    ['/my disk\n'],
  ],
  ['a line that is none is passed over', 'nonsense\n', []],
])('%s', (_, mountinfo, expected) => {
  expect(selectMounts(parseMountinfo(mountinfo)).map(({ mountPoint }) => mountPoint)).toEqual(expected)
})

test('a file system that an error made read-only is kept and says so', () => {
  const [mount] = selectMounts(parseMountinfo(line(1, '8:1', '/', '/data', 'ext4 /dev/sda1 ro,errors=remount-ro')))
  expect(mount).toMatchObject({ mountPoint: '/data', failedReadOnly: true, remote: false })
})

test('a service to which every mount is shown read-only tells the disks as the host has them', () => {
  const [root, data, own, usr] = [
    line(1, '8:1', '/', '/', 'ext4 /dev/sda1 rw', 'ro,relatime'),
    line(2, '8:2', '/', '/data', 'xfs /dev/sdb1 rw', 'ro,relatime'),
    line(3, '8:2', '/lib/vitals', '/data/lib/vitals', 'xfs /dev/sdb1 rw'),
    line(4, '8:3', '/', '/usr', 'ext4 /dev/sda3 ro', 'ro,relatime'),
  ]
  const seen = selectMounts(parseMountinfo(`${root}${data}${own}${usr}`))
  expect(seen.map(({ mountPoint, readOnly }) => ({ mountPoint, readOnly }))).toEqual([
    { mountPoint: '/', readOnly: false },
    { mountPoint: '/data', readOnly: false },
  ])
})

const stats = (over: Partial<StatsFs> = {}): StatsFs => ({
  type: 61267,
  // As a server may answer: read this much at once, counted in those.
  bsize: 131_072,
  frsize: 4096,
  blocks: 1000,
  bfree: 400,
  bavail: 300,
  files: 200,
  ffree: 150,
  ...over,
})

function readerOf(host: FixtureHost, fileSystems: Partial<FileSystems>) {
  const clock = handClock()
  const reader = createDisksReader({
    files: createFileReader(),
    roots: host.roots,
    // The deadline passes as soon as everything that can answer has answered.
    clock: { ...clock, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    fileSystems: { now: () => stats(), later: () => new Promise(() => undefined), ...fileSystems },
  })
  return async () => {
    const unavailable = createUnavailable()
    return { disks: await reader.read(unavailable), reasons: unavailable.reasons() }
  }
}

test('shares are those of df: of what users can have', async () => {
  using host = fixtureHost()
  const { disks } = await readerOf(host, {})()
  expect(disks).toEqual([
    {
      mount: '/',
      device: '/dev/vda',
      fsType: 'ext4',
      totalBytes: 4_096_000,
      usedBytes: 2_457_600,
      freeBytes: 1_228_800,
      usedPercent: 66.67,
      inodesTotal: 200,
      inodesUsed: 50,
      inodesUsedPercent: 25,
    },
  ])
})

test.each([
  ['a file system without inodes has no share of them', { files: 0, ffree: 0 }, 'inodesTotal'],
  ['a size that no number holds is absent', { blocks: 2 ** 62 }, 'totalBytes'],
])('%s', async (_, over, missing) => {
  using host = fixtureHost()
  const { disks } = await readerOf(host, { now: () => stats(over) })()
  expect(disks).toHaveLength(1)
  expect(disks[0]).not.toHaveProperty(missing)
})

test('a mount that answers an error is named, and the others are read', async () => {
  using host = fixtureHost()
  host.write(
    'proc/self/mountinfo',
    line(1, '8:1', '/', '/', 'ext4 /dev/sda1 rw') + line(2, '8:2', '/', '/bad', 'xfs /dev/sda2 rw'),
  )
  const now = (mountPoint: string) => {
    if (mountPoint === '/bad') throw new Error('EIO: i/o error, statfs')
    return stats()
  }
  const { disks, reasons } = await readerOf(host, { now })()
  expect(disks.map(({ mount }) => mount)).toEqual(['/'])
  expect(reasons).toEqual({ 'disks:/bad': 'EIO: i/o error, statfs' })
})

test('servers that hang are named, asked no more while they hang, and never more than two at once', async () => {
  using host = fixtureHost()
  host.write(
    'proc/self/mountinfo',
    [1, 2, 3].map((id) => line(id, `0:${id}`, '/', `/nas${id}`, 'nfs4 nas:/x rw')).join(''),
  )
  const asked: string[] = []
  const answers: ((stats: StatsFs) => void)[] = []
  const later = (mountPoint: string) => {
    asked.push(mountPoint)
    return new Promise<StatsFs>((resolve) => answers.push(resolve))
  }
  const read = readerOf(host, { later })
  const first = await read()
  expect(first.disks).toEqual([])
  expect(first.reasons).toEqual({
    'disks:/nas1': 'statfs did not answer in 1000 ms',
    'disks:/nas2': 'statfs did not answer in 1000 ms',
    'disks:/nas3': 'not asked: /nas1, /nas2 do not answer',
  })
  expect((await read()).reasons?.['disks:/nas1']).toBe('statfs of an earlier snapshot has still not answered')
  expect(asked).toEqual(['/nas1', '/nas2'])
  for (const answer of answers) answer(stats())
  await new Promise((resolve) => setImmediate(resolve))
  await read()
  expect(asked).toEqual(['/nas1', '/nas2', '/nas1', '/nas2'])
})

test('a server that answers in time is a disk like others', async () => {
  using host = fixtureHost()
  host.write('proc/self/mountinfo', line(1, '0:44', '/', '/nas', 'nfs4 nas:/x rw'))
  const { disks, reasons } = await readerOf(host, { later: async () => stats() })()
  expect(disks[0]).toMatchObject({ mount: '/nas', fsType: 'nfs4' })
  expect(reasons).toBeUndefined()
})

test('a host with more mounts than a snapshot takes sends as many as it takes and says so', async () => {
  using host = fixtureHost()
  const many = Array.from({ length: 300 }, (_, id) => line(id, `8:${id}`, '/', `/m${id}`, 'ext4 /dev/sda rw'))
  host.write('proc/self/mountinfo', many.join(''))
  const { disks, reasons } = await readerOf(host, {})()
  expect(disks).toHaveLength(limits.disksPerSnapshot)
  expect(reasons).toEqual({ disks: '300 mounts, of which the first 256 are read' })
})
