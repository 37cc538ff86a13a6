import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const child = new URL('full-disk-worker.ts', import.meta.url).pathname

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-full-disk-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** A disk of its own in a namespace of its own; where that is not allowed, a kernel that refuses to let files grow. */
const canMount = spawnSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', tmpdir()])
const [disk, command, code] =
  canMount.status === 0
    ? ['that is full', 'mount -t tmpfs -o size=256k none "$2" && exec "$0" "$1" "$2"', 'ENOSPC']
    : ['that lets no file grow', 'exec "$0" "$1" "$2" limit', 'EFBIG']

it(`batches wait in memory for the bucket on a real disk ${disk}, and are written when there is room again`, () => {
  const shell = ['sh', '-c', command, process.execPath, child, directory]
  const run = canMount.status === 0 ? ['unshare', '--map-root-user', '--mount', ...shell] : shell
  const { stdout, stderr } = spawnSync(run[0] ?? '', run.slice(1), { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    code,
    full: 'memory',
    waiting: 4,
    after: 'disk',
    seconds: [0, 1, 2, 3, 4],
    files: 5,
    told: ['the spool can not be written; snapshots are kept in memory', 'the spool can be written again'],
  })
}, 30_000)
