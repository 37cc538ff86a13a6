/**
 * What one snapshot costs in CPU: ours beside psutil and systeminformation collecting the same on the same machine, and
 * beside node_exporter, which has no processes; with as many processes as a small and as a large host has. Round after
 * round, so that what else runs here disturbs all alike: ratios are taken within a round.
 */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build } from 'esbuild'
import { systemClock } from '../adapters/clock/system.ts'
import type { Collector } from '../agent/collect/collector.ts'
import { openCollector } from '../agent/collect/open.ts'
import { bundling } from '../scripts/bundle.ts'
import { cpuOf, faultsOfChildren, forksOfMachine } from './cpu.ts'
import { median } from './median.ts'
import { startNodeExporter } from './peers/node-exporter.ts'
import { psutilSnapshotMs } from './peers/psutil.ts'
import { librarySnapshotMs } from './peers/systeminformation.ts'

const root = join(import.meta.dirname, '..')
const rounds = 5
const topProcesses = 10

interface Size {
  processes: number
  snapshotsPerRound: number
  targetMs: number
}

const sizes: Size[] = [
  { processes: 100, snapshotsPerRound: 300, targetMs: 1.5 },
  { processes: 500, snapshotsPerRound: 100, targetMs: 6 },
]

type Peer = 'as shipped' | 'psutil' | 'systeminformation' | 'node_exporter'

/** How many times ours each must use at least; node_exporter does less, and stands here to look at. */
const targets: Record<Peer, number | undefined> = {
  'as shipped': undefined,
  psutil: 8,
  systeminformation: 50,
  node_exporter: undefined,
}

export async function benchAgent(): Promise<void> {
  for (const size of sizes) {
    const sleepers = await startSleepers(size.processes - countProcesses())
    try {
      await benchSize(size)
    } finally {
      sleepers.end()
    }
  }
}

async function benchSize({ snapshotsPerRound, targetMs }: Size): Promise<void> {
  const exporter = await startNodeExporter()
  const collector = openCollector({ clock: systemClock, topProcesses })
  const collect = () => collectMs(collector, snapshotsPerRound)
  const shipped = await bundleSnapshot()
  console.log(`\nagent: CPU of one warm snapshot, ${countProcesses()} processes on this machine`)
  try {
    await collect()
    await librarySnapshotMs()
    const faults = faultsOfChildren()
    await collect()
    const children = faultsOfChildren() - faults
    const ours: number[] = []
    const peers: Record<Peer, number[]> = { 'as shipped': [], psutil: [], systeminformation: [], node_exporter: [] }
    const forks: number[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await collect())
      peers['as shipped'].push(shippedMs(shipped, snapshotsPerRound))
      peers.psutil.push(psutilSnapshotMs())
      peers.node_exporter.push(await exporter.scrapeMs())
      const before = forksOfMachine()
      const library = await librarySnapshotMs()
      peers.systeminformation.push(library.cpuMs)
      forks.push((forksOfMachine() - before) / library.snapshots)
    }
    const verdict = median(ours) <= targetMs ? 'reached' : 'MISSED'
    console.log(`  ours               ${spread(ours, 2)} ms, ${children === 0 ? 'no' : 'SOME'} child processes`)
    console.log(`                     target: at most ${targetMs} ms, ${verdict}`)
    tellPeer('as shipped', { ours, peers, about: "by agent.cjs' own flags, which save memory instead" })
    tellPeer('psutil', { ours, peers, about: 'without connections, which it can only list' })
    tellPeer('systeminformation', { ours, peers, about: `${spread(forks, 0)} processes and threads started` })
    tellPeer('node_exporter', { ours, peers, about: 'of the host alone, no process by name' })
  } finally {
    collector.close()
    await exporter.stop()
  }
}

function tellPeer(peer: Peer, told: { ours: number[]; peers: Record<Peer, number[]>; about: string }): void {
  const { ours, peers, about } = told
  const ms = peers[peer]
  const ratios = ms.map((peerMs, round) => peerMs / (ours[round] ?? Number.NaN))
  const target = targets[peer]
  const verdict = target === undefined ? '' : median(ratios) >= target ? ', reached' : ', MISSED'
  const wanted = target === undefined ? '' : `; target: at least ${target}${verdict}`
  console.log(`  ${peer.padEnd(18)} ${spread(ms, 1)} ms (${about})`)
  console.log(`                     ${spread(ratios, 1)} times ours${wanted}`)
}

async function collectMs(collector: Collector, snapshots: number): Promise<number> {
  const { cpuMs } = await cpuOf(async () => {
    for (let taken = 0; taken < snapshots; taken++) await collector.collect({ intervalMs: 60_000 })
  })
  return cpuMs / snapshots
}

/** As JavaScript: without V8's compilers Node can't strip types. */
async function bundleSnapshot(): Promise<string> {
  const outfile = join(root, '.cache', 'our-snapshot.cjs')
  const external = ['systeminformation', 'pidusage']
  const entryPoints = [join(import.meta.dirname, 'our-snapshot.ts')]
  await build({ ...bundling, format: 'cjs', supported: { 'dynamic-import': false }, entryPoints, outfile, external })
  return outfile
}

/** In a process that is started as the agent's bundle is: by the flags in its first line. */
function shippedMs(script: string, snapshots: number): number {
  const [firstLine = ''] = readFileSync(join(root, 'cli', 'agent.ts'), 'utf8').split('\n')
  const flags = firstLine.split(' ').filter((word) => word.startsWith('--'))
  const child = spawnSync(process.execPath, [...flags, script, String(snapshots)], { encoding: 'utf8' })
  if (child.status !== 0) throw new Error(`our snapshot as it is shipped: ${child.stderr}`)
  return Number(child.stdout)
}

function countProcesses(): number {
  return readdirSync('/proc').filter((name) => /^\d/.test(name)).length
}

/** Processes that do nothing, in a group of their own that ends at once. */
async function startSleepers(count: number): Promise<{ end(): void }> {
  if (count <= 0) return { end: () => undefined }
  const wanted = countProcesses() + count
  const script = `i=1; while [ $i -lt ${count} ]; do sleep 3600 & i=$((i+1)); done; wait`
  const { pid } = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true })
  if (pid === undefined) throw new Error(`start ${count} processes: sh could not be started`)
  for (let waited = 0; countProcesses() < wanted && waited < 100; waited++) await delay(50)
  return { end: () => void process.kill(-pid, 'SIGKILL') }
}

/** `1.05 (0.98 to 1.21)` */
function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}
