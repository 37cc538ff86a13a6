/** The same snapshot by psutil, in a Python of its own. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pythonWith } from '../python.ts'

const snapshots = 40

/** CPU milliseconds of one warm snapshot. */
export function psutilSnapshotMs(): number {
  const script = join(import.meta.dirname, 'psutil-snapshot.py')
  const peer = spawnSync(pythonWith('psutil'), [script, String(snapshots), '1'], { encoding: 'utf8' })
  if (peer.status !== 0) throw new Error(`psutil: ${peer.stderr}`)
  return Number(peer.stdout)
}
