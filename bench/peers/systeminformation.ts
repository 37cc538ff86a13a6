/** The same snapshot by systeminformation, in this process. */
import { setTimeout as delay } from 'node:timers/promises'
import systeminformation from 'systeminformation'
import { cpuOf } from '../cpu.ts'

const snapshots = 3
/** It answers from a cache for 500 ms: an agent, which asks once a minute, would never meet it. */
const pauseMs = 600

/** CPU milliseconds of one snapshot, with those of the programs that it starts. */
export async function librarySnapshotMs(): Promise<{ cpuMs: number; snapshots: number }> {
  let total = 0
  for (let taken = 0; taken < snapshots; taken++) {
    await delay(pauseMs)
    total += (await cpuOf(collect)).cpuMs
  }
  return { cpuMs: total / snapshots, snapshots }
}

async function collect(): Promise<void> {
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
