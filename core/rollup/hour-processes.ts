/** The processes of an hour: those of one name together, added up in each bucket. */
import { boundProcesses, mostCpuFirst, processesKept } from './aggregate.ts'
import { bucketsOfHour, type HourSamples } from './hour-samples.ts'
import { rowsBySample, type Slots, slotsOfRows } from './hour-slots.ts'
import { columnOf, type LakeRows } from './lake-rows.ts'
import type { ProcessStats } from './rollup.ts'

/** By slot; NaN: not known. Without snapshots it isn't there. */
export type ProcessSlots = Record<Exclude<keyof ProcessStats, 'name'>, Float64Array>

export interface HourProcesses {
  slots: ProcessSlots
  /** A name on a host each, with its slots: one a bucket of the hour, of which `rows` are there. */
  names: { host: number; name: string; firstSlot: number; rows: number }[]
}

/** Bounded in each bucket, as it is stored. */
export function processesOfHour(samples: HourSamples, processes: LakeRows): HourProcesses {
  const sampleOf = samples.ofParts('processes', processes)
  const placed = slotsOfRows(samples, { sampleOf, names: columnOf('processes', processes, 'name') ?? [] })
  const slots = addUp(samples, processes, sampleOf, placed)
  boundSlots(slots, placed, samples.hosts.length)
  const names = placed.things.flatMap(({ host, name }, thing) => {
    const firstSlot = thing * bucketsOfHour
    let rows = 0
    for (let slot = firstSlot; slot < firstSlot + bucketsOfHour; slot++) if (slots.snapshots[slot]) rows += 1
    return rows === 0 ? [] : [{ host, name, firstSlot, rows }]
  })
  return { slots, names }
}

function addUp(
  samples: HourSamples,
  processes: LakeRows,
  sampleOf: Int32Array,
  { things, slotOf }: Slots,
): ProcessSlots {
  const read = readProcesses(processes)
  const { cpuPercent, pid } = read
  const byCpu = (a: number, b: number) =>
    (cpuPercent[b] as number) - (cpuPercent[a] as number) || (pid[a] as number) - (pid[b] as number)
  const slots = emptySlots(things.length * bucketsOfHour)
  /** Of the sample that is looked at, by thing. */
  const one = emptySlots(things.length)
  const thingAt = (row: number) => Math.floor((slotOf[row] as number) / bucketsOfHour)
  const { rows, begins } = rowsBySample(sampleOf, samples.count)
  for (let sample = 0; sample < samples.count; sample++) {
    const [from, to] = [begins[sample] as number, begins[sample + 1] as number]
    let mostInstances = 0
    for (let at = from; at < to; at++) {
      const thing = thingAt(rows[at] as number)
      const instances = (one.instancesMax[thing] as number) + 1
      one.instancesMax[thing] = instances
      if (instances > mostInstances) mostInstances = instances
    }
    // Sums of floating point depend on the order of three numbers, but not of two.
    if (mostInstances > 2) rows.subarray(from, to).sort(byCpu)
    for (let at = from; at < to; at++) addRow(one, thingAt(rows[at] as number), read, rows[at] as number)
    for (let at = from; at < to; at++) {
      const row = rows[at] as number
      addSnapshot(slots, slotOf[row] as number, one, thingAt(row))
    }
  }
  return slots
}

function addRow(one: ProcessSlots, thing: number, read: ReturnType<typeof readProcesses>, row: number): void {
  const isFirst = one.snapshots[thing] === 0
  one.snapshots[thing] = 1
  one.cpuPercentSum[thing] = (one.cpuPercentSum[thing] as number) + (read.cpuPercent[row] as number)
  one.rssBytesSum[thing] = (one.rssBytesSum[thing] as number) + (read.rssBytes[row] as number)
  one.threadsMax[thing] = (one.threadsMax[thing] as number) + (read.threads[row] as number)
  const openFiles = read.openFiles[row] as number
  const before = one.openFilesMax[thing] as number
  if (!Number.isNaN(openFiles)) one.openFilesMax[thing] = Number.isNaN(before) ? openFiles : before + openFiles
  const startedAtMs = read.startedAtMs[row] as number
  one.startedAtMs[thing] = isFirst ? startedAtMs : leastIfKnown(one.startedAtMs[thing] as number, startedAtMs)
}

/** Processes of one name come once for each of them, and are added with the first. */
function addSnapshot(slots: ProcessSlots, slot: number, one: ProcessSlots, thing: number): void {
  if (one.snapshots[thing] === 0) return
  const [cpuPercent, rssBytes] = [one.cpuPercentSum[thing] as number, one.rssBytesSum[thing] as number]
  slots.snapshots[slot] = (slots.snapshots[slot] as number) + 1
  slots.cpuPercentSum[slot] = (slots.cpuPercentSum[slot] as number) + cpuPercent
  slots.cpuPercentMax[slot] = Math.max(slots.cpuPercentMax[slot] as number, cpuPercent)
  slots.rssBytesSum[slot] = (slots.rssBytesSum[slot] as number) + rssBytes
  slots.rssBytesMax[slot] = Math.max(slots.rssBytesMax[slot] as number, rssBytes)
  slots.threadsMax[slot] = Math.max(slots.threadsMax[slot] as number, one.threadsMax[thing] as number)
  slots.instancesMax[slot] = Math.max(slots.instancesMax[slot] as number, one.instancesMax[thing] as number)
  slots.openFilesMax[slot] = mostKnown(slots.openFilesMax[slot] as number, one.openFilesMax[thing] as number)
  slots.startedAtMs[slot] = mostKnown(slots.startedAtMs[slot] as number, one.startedAtMs[thing] as number)
  one.snapshots[thing] = 0
  one.cpuPercentSum[thing] = 0
  one.rssBytesSum[thing] = 0
  one.threadsMax[thing] = 0
  one.instancesMax[thing] = 0
  one.openFilesMax[thing] = Number.NaN
}

/** NaN has many bit patterns, and the bytes of a rollup should be the same whichever machine makes it. */
function leastIfKnown(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.min(a, b)
}

function mostKnown(a: number, b: number): number {
  if (Number.isNaN(a)) return b
  return Number.isNaN(b) ? a : Math.max(a, b)
}

function boundSlots({ snapshots, cpuPercentSum, rssBytesMax }: ProcessSlots, { things }: Slots, hosts: number): void {
  const byHost = Array.from({ length: hosts }, (): { name: string; thing: number }[] => [])
  for (const [thing, { host, name }] of things.entries()) byHost[host]?.push({ name, thing })
  for (const own of byHost) {
    if (own.length <= processesKept) continue
    for (let bucket = 0; bucket < bucketsOfHour; bucket++) {
      const there = own.flatMap(({ name, thing }) => {
        const slot = thing * bucketsOfHour + bucket
        if (snapshots[slot] === 0) return []
        return [{ name, slot, cpuPercentSum: cpuPercentSum[slot] as number, rssBytesMax: rssBytesMax[slot] as number }]
      })
      const kept = new Set(boundProcesses(mostCpuFirst(there)))
      for (const one of there) if (!kept.has(one)) snapshots[one.slot] = 0
    }
  }
}

function readProcesses(processes: LakeRows) {
  const numbers = (name: string, absent: number) => {
    const cells = columnOf('processes', processes, name)
    const values = new Float64Array(processes.rows).fill(absent)
    for (let row = 0; cells && row < processes.rows; row++) {
      const cell = cells[row]
      if (cell !== undefined) values[row] = cell as number
    }
    return values
  }
  return {
    pid: numbers('pid', 0),
    cpuPercent: numbers('cpuPercent', 0),
    rssBytes: numbers('rssBytes', 0),
    threads: numbers('threads', 0),
    openFiles: numbers('openFiles', Number.NaN),
    startedAtMs: numbers('startedAtMs', Number.NaN),
  }
}

function emptySlots(slots: number): ProcessSlots {
  const zeros = () => new Float64Array(slots)
  const unknown = () => new Float64Array(slots).fill(Number.NaN)
  return {
    snapshots: zeros(),
    cpuPercentSum: zeros(),
    cpuPercentMax: zeros(),
    rssBytesSum: zeros(),
    rssBytesMax: zeros(),
    threadsMax: zeros(),
    openFilesMax: unknown(),
    instancesMax: zeros(),
    startedAtMs: unknown(),
  }
}
