/**
 * How much memory and time the functions of a stack need: a whole fleet's hour comes at once, as after an hour without network, and
 * rollup, report and the status page have to do with it. The process ends with 1 where a function would not have got to its end.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { usualStack } from '../core/cost/stack-facts.ts'
import type { FunctionName } from '../core/figures.ts'
import { environmentOf, eventOf, worked } from './first-runs.ts'
import { sendHost } from './generate.ts'
import { startPackaged, unpack } from './packaged.ts'

const fleets = [
  { hosts: 100, shards: 1 },
  { hosts: 1_000, shards: 1 },
  { hosts: 1_000, shards: 16 },
]
const order = ['evaluate', 'rollup', 'report', 'open'] as const satisfies FunctionName[]
const minuteMs = 60_000
/** Memory with which a function has a core of its own. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const coreMb = 1_769
/** Of what it has: beyond it the stack's own alarm tells. */
const mostOfTimeout = 0.8

export async function benchFleet(): Promise<void> {
  console.log('\nfleet: an hour of all hosts at once, a directory as the bucket')
  const directory = await mkdtemp(join(tmpdir(), 'vitals-fleet-'))
  const lambda = createServer((request, response) => request.resume().on('end', () => response.writeHead(202).end()))
  try {
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`
    await unpack(directory)
    for (const fleet of fleets) await tellFleet({ directory, url, ...fleet })
  } finally {
    lambda.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function tellFleet({
  directory,
  url,
  hosts,
  shards,
}: {
  directory: string
  url: string
  hosts: number
  shards: number
}): Promise<void> {
  console.log(`  ${hosts} hosts, ${shards} ${shards === 1 ? 'shard' : 'shards'}`)
  const place = join(directory, `bucket-${hosts}-${shards}`)
  await fill(place, hosts)
  const environment = {
    ...environmentOf(url),
    MONITOR_BUCKET: pathToFileURL(place).href,
    MONITOR_LOG_DIR: place,
    MONITOR_SHARDS: String(shards),
  }
  for (const name of order) {
    const started = await startPackaged(directory, name, environment)
    try {
      const { answer, cpuMs, peakBytes } = await started.invoke(eventOf(name))
      if (!worked[name].test(JSON.stringify(answer))) throw new Error(`${name} did nothing: ${JSON.stringify(answer)}`)
      tell(name, cpuMs / 1_000, peakBytes / 1_024 ** 2)
    } finally {
      await started.end()
    }
  }
  await rm(place, { recursive: true })
}

function tell(name: FunctionName, cpuSeconds: number, peakMib: number): void {
  const { memoryMb, timeoutSeconds } = usualStack.functions[name]
  const seconds = cpuSeconds * Math.max(1, coreMb / memoryMb)
  console.log(
    `    ${name.padEnd(9)} ${peakMib.toFixed(0).padStart(4)} MiB of ${memoryMb}, ${cpuSeconds.toFixed(1)} s of CPU: ` +
      `${seconds.toFixed(0)} s of ${timeoutSeconds} with its share of a core on Lambda`,
  )
  if (peakMib <= memoryMb && seconds <= timeoutSeconds * mostOfTimeout) return
  console.log(`    BEYOND: ${name} would not have got to its end`)
  process.exitCode = 1
}

async function fill(place: string, hosts: number): Promise<void> {
  const bucket = await openDirectoryBucket(place)
  const toMs = Math.floor(systemClock.now() / minuteMs) * minuteMs
  const fleet = { hosts, fromMs: toMs - 60 * minuteMs, toMs, intervalMs: minuteMs, batchSnapshots: 5, seed: 1 }
  for (let index = 0; index < hosts; index++) await sendHost(bucket, fleet, index)
}
