/**
 * What one snapshot costs in CPU: ours beside psutil and systeminformation collecting the same on the same machine, round
 * after round, so that what else runs here disturbs all three alike. Ratios are taken within a round.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import systeminformation from 'systeminformation'
import { systemClock } from '../adapters/clock/system.ts'
import type { Collector } from '../agent/collect/collector.ts'
import { openCollector } from '../agent/collect/open.ts'
import { pythonWith } from './python.ts'

const rounds = 5
const snapshotsPerRound = 300
const psutilSnapshotsPerRound = 40
const librarySnapshotsPerRound = 3
/** systeminformation answers from a cache for 500 ms: an agent, which asks once a minute, would never meet it. */
const libraryPauseMs = 600
const targets = { psutil: 5, systeminformation: 40 }

export async function benchAgent(): Promise<void> {
  const processes = readdirSync('/proc').filter((name) => /^\d/.test(name)).length
  console.log(`\nagent: CPU of one warm snapshot, ${processes} processes on this machine`)
  const script = join(import.meta.dirname, 'peers', 'psutil-snapshot.py')
  const python = pythonWith('psutil')
  const collector = openCollector({ clock: systemClock, topProcesses: 20 })
  await ours(collector)
  await librarySnapshot()
  const faultsBefore = faultsOfChildren()
  await ours(collector)
  const children = faultsOfChildren() - faultsBefore
  const ms: Record<'ours' | 'psutil' | 'systeminformation', number[]> = { ours: [], psutil: [], systeminformation: [] }
  const forks: number[] = []
  for (let round = 0; round < rounds; round++) {
    ms.ours.push(await ours(collector))
    ms.psutil.push(psutil(python, script))
    const before = forksOfMachine()
    ms.systeminformation.push(await library())
    forks.push((forksOfMachine() - before) / librarySnapshotsPerRound)
  }
  collector.close()
  console.log(`  ours               ${spread(ms.ours, 2)} ms, ${children === 0 ? 'no' : 'SOME'} child processes`)
  console.log(`  psutil             ${spread(ms.psutil, 1)} ms (without connections, which it can only list)`)
  console.log(
    `  systeminformation  ${spread(ms.systeminformation, 0)} ms, ${spread(forks, 0)} processes and threads started`,
  )
  for (const peer of ['psutil', 'systeminformation'] as const) {
    const ratios = ms[peer].map((peerMs, round) => peerMs / (ms.ours[round] ?? Number.NaN))
    const verdict = median(ratios) > targets[peer] ? 'reached' : 'MISSED'
    console.log(`  ${peer} uses ${spread(ratios, 1)} times as much; target: more than ${targets[peer]}, ${verdict}`)
  }
}

async function ours(collector: Collector): Promise<number> {
  const before = process.cpuUsage()
  for (let taken = 0; taken < snapshotsPerRound; taken++) await collector.collect({ intervalMs: 60_000 })
  return ownCpuMs(before) / snapshotsPerRound
}

function psutil(python: string, script: string): number {
  const peer = spawnSync(python, [script, String(psutilSnapshotsPerRound), '1'], { encoding: 'utf8' })
  if (peer.status !== 0) throw new Error(`psutil: ${peer.stderr}`)
  return Number(peer.stdout)
}

async function library(): Promise<number> {
  let cpuMs = 0
  for (let taken = 0; taken < librarySnapshotsPerRound; taken++) {
    await delay(libraryPauseMs)
    const before = process.cpuUsage()
    const childrenBefore = childrenCpuMs()
    await librarySnapshot()
    cpuMs += ownCpuMs(before) + childrenCpuMs() - childrenBefore
  }
  return cpuMs / librarySnapshotsPerRound
}

async function librarySnapshot(): Promise<void> {
  systeminformation.time()
  await Promise.all([
    systeminformation.currentLoad(),
    systeminformation.mem(),
    systeminformation.fsSize(),
    systeminformation.fsStats(),
    systeminformation.disksIO(),
    systeminformation.networkStats('*'),
    systeminformation.networkConnections(),
    systeminformation.processes(),
  ])
}

function ownCpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** After the name: fields 13 and 14 are the ticks of children that have ended, 8 their page faults: no program has none. */
function selfStat(): number[] {
  return (readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1) ?? '').split(' ').map(Number)
}

function childrenCpuMs(): number {
  const fields = selfStat()
  return ((fields[13] ?? 0) + (fields[14] ?? 0)) * 10
}

function faultsOfChildren(): number {
  return selfStat()[8] ?? 0
}

/** Of the whole machine since its boot: it knows grandchildren too, and what others start meanwhile. */
function forksOfMachine(): number {
  return Number(/^processes (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** `1.05 (0.98 to 1.21)` */
function spread(values: number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}

if (import.meta.main) await benchAgent()
