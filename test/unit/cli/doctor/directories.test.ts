import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { directoriesCheck } from '../../../../cli/doctor/directories.ts'
import { makeContext, told } from './context.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-doctor-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const small = { spoolMaxBytes: 65_536, logMaxBytes: 4_096 }

/** A /proc whose mounts are these. */
function procWith(...mounts: string[]): string {
  const proc = join(directory, 'proc')
  mkdirSync(join(proc, 'self'), { recursive: true })
  writeFileSync(join(proc, 'self', 'mountinfo'), `${mounts.join('\n')}\n`)
  return proc
}

function look(changes = {}, proc = procWith('1 0 8:1 / / rw - ext4 /dev/sda rw')) {
  const settings = { dataDir: join(directory, 'data'), logDir: join(directory, 'logs'), ...small, ...changes }
  return directoriesCheck.run(makeContext(settings, { roots: { proc, sys: '/sys', units: [] } }))
}

it('is well where both can be written or made, and leaves nothing behind', async () => {
  mkdirSync(join(directory, 'data'))
  const results = await look()
  expect(told(results)).toEqual([
    'data: ok',
    'data: room: ok',
    'data: file system: ok',
    'logs: ok',
    'logs: room: ok',
    'logs: file system: ok',
  ])
  expect(results[0]?.found).toMatch(/can be written$/)
  expect(results[3]?.found).toMatch(/not there yet, and can be made$/)
  expect(readdirSync(join(directory, 'data'))).toEqual([])
  expect(readdirSync(directory).toSorted()).toEqual(['data', 'proc'])
})

it('is a problem where a file stands in the way, with the command that makes it', async () => {
  const [data] = await look({ dataDir: '/proc/vitals' })
  expect(data).toMatchObject({ outcome: 'problem', finding: 'directory-not-made' })
  expect(data?.remedy).toMatch(/^sudo install -d -o \S+ -m 700 \/proc\/vitals$/)
  const [there] = await look({ dataDir: '/proc/self' })
  expect(there).toMatchObject({ outcome: 'problem', finding: 'directory-not-writable' })
})

it('warns of a disk that has less room than the spool may take, and says which setting', async () => {
  const results = await look({ spoolMaxBytes: 2 ** 60 })
  expect(told(results)).toContain('data: room: little-room')
  expect(results.find(({ finding }) => finding)?.remedy).toMatch(/lower MONITOR_SPOOL_MAX_BYTES$/)
})

it.each([
  ['nfs4', 'network-file-system', 'network-file-system'],
  ['fuse.sshfs', 'network-file-system', 'network-file-system'],
  ['tmpfs', 'lost-at-boot', 'ok'],
  ['xfs', 'ok', 'ok'],
])('of %s: %s for the data, %s for logs', async (fsType, data, logs) => {
  const mounts = ['1 0 8:1 / / rw - ext4 /dev/sda rw', `2 1 0:9 / ${directory} rw - ${fsType} server:/x rw`]
  const results = await look({}, procWith(...mounts))
  expect(told(results)).toContain(`data: file system: ${data}`)
  expect(told(results)).toContain(`logs: file system: ${logs}`)
})
