/**
 * One warm snapshot of ours in a process of its own: `node FLAGS our-snapshot.cjs SNAPSHOTS` prints its CPU milliseconds. So
 * that it can be measured under the flags that keep the agent small.
 */
import { systemClock } from '../adapters/clock/system.ts'
import { openCollector } from '../agent/collect/open.ts'
import { cpuOf } from './cpu.ts'

const snapshots = Number(process.argv[2])
const collector = openCollector({ clock: systemClock, topProcesses: 10 })

async function collect(): Promise<void> {
  for (let taken = 0; taken < snapshots; taken++) await collector.collect({ intervalMs: 60_000 })
}

collect()
  .then(() => cpuOf(collect))
  .then(({ cpuMs }) => {
    console.log(cpuMs / snapshots)
    collector.close()
  })
