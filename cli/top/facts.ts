/** Load, pressure, the container, disks and network: lines of figures. Names, which may be anything, stand last. */
import type { Snapshot } from '../../core/snapshot.ts'
import { absent, formatBytes, formatNumber, formatPercent, formatRate } from '../../core/view/format.ts'
import { sumOfKnown } from '../snapshot-text.ts'
import { bar } from './bar.ts'
import { harmless } from './cells.ts'
import { labelled, labelWidth } from './header.ts'
import { type Line, partsWithin } from './line.ts'

const barWidth = 14
const figureWidth = 8
const rateWidth = 11

/** `most`: of disks, and of interfaces. */
export function factLines(snapshot: Snapshot, { columns, most }: { columns: number; most: number }): Line[] {
  return [
    loadLine(snapshot, columns),
    pressureLine(snapshot),
    ...containerLines(snapshot),
    ioLine(snapshot),
    ...diskLines(snapshot, { columns, most }),
    ...networkLines(snapshot, most),
  ]
}

function loadLine({ cpu, openFiles, processes, sensors = [] }: Snapshot, columns: number): Line {
  const hottest = sensors.reduce<number | undefined>(
    (most, { celsius }) => Math.max(most ?? celsius, celsius),
    undefined,
  )
  const parts = [
    ...(openFiles?.used === undefined ? [] : [`open files ${formatNumber(openFiles.used)}`]),
    ...(hottest === undefined ? [] : [`hottest ${hottest.toFixed(0)} °C`]),
    ...(processes.forksPerSecond === undefined ? [] : [`forks ${formatNumber(processes.forksPerSecond)}/s`]),
  ]
  const load = ` ${[cpu.load1, cpu.load5, cpu.load15].map((one) => one?.toFixed(2) ?? absent).join(' ')}`
  return labelled('Load', [load, partsWithin(parts, columns - labelWidth - load.length)])
}

/** The share of the last ten seconds in which somebody had to wait. */
function pressureLine({ cpu, memory, ioPressure }: Snapshot): Line {
  const some = (pressure: typeof ioPressure) => formatPercent(pressure?.some10Percent)
  return labelled('Pressure', [` CPU ${some(cpu.pressure)}  memory ${some(memory.pressure)}  I/O ${some(ioPressure)}`])
}

/** Only inside one that has a limit. */
function containerLines({ cpu, memory }: Snapshot): Line[] {
  const parts: string[] = []
  if (cpu.cgroupLimitCores !== undefined) {
    parts.push(`${cpu.cgroupUsedCores?.toFixed(2) ?? absent} of ${formatNumber(cpu.cgroupLimitCores)} cores`)
    parts.push(`held back ${formatPercent(cpu.cgroupThrottledPercent)}`)
  }
  if (memory.cgroupLimitBytes !== undefined) {
    parts.push(`${formatBytes(memory.cgroupUsedBytes)} of ${formatBytes(memory.cgroupLimitBytes)}`)
  }
  return parts.length === 0 ? [] : [labelled('Limits', [` ${parts.join('  ')}`])]
}

function ioLine({ diskIo }: Snapshot): Line {
  const busiest = diskIo.reduce<number | undefined>(
    (most, { busyPercent }) => (busyPercent === undefined ? most : Math.max(most ?? 0, busyPercent)),
    undefined,
  )
  const read = formatRate(sumOfKnown(diskIo.map((one) => one.readBytesPerSecond)))
  const written = formatRate(sumOfKnown(diskIo.map((one) => one.writtenBytesPerSecond)))
  return labelled('Disk I/O', [` read ${read}  written ${written}  busy ${formatPercent(busiest)}`])
}

/** The fullest; those of equal fullness as they are mounted. */
function diskLines({ disks }: Snapshot, { columns, most }: { columns: number; most: number }): Line[] {
  const fullest = disks.toSorted((a, b) => (b.usedPercent ?? -1) - (a.usedPercent ?? -1))
  const shown = fullest.slice(0, most)
  const hidden = disks.length - shown.length
  const hasBar = columns >= 66
  return shown.map(({ mount, usedPercent, freeBytes, readOnly }, index) =>
    labelled(index === 0 ? 'Disks' : '', [
      ...(hasBar ? bar([{ percent: usedPercent, sign: '|', style: 'disk' }], barWidth) : []),
      formatPercent(usedPercent).padStart(figureWidth),
      `${formatBytes(freeBytes).padStart(rateWidth)} free  `,
      index === shown.length - 1 && hidden > 0 ? [`(${hidden} less full)  `, 'muted'] : '',
      readOnly ? ['read-only  ', 'muted'] : '',
      harmless(mount),
    ]),
  )
}

function networkLines({ interfaces, connections }: Snapshot, most: number): Line[] {
  const shown = interfaces.length <= most ? interfaces : []
  const rows =
    shown.length > 0 ? shown.map(({ name, ...rates }) => ({ name: harmless(name), ...rates })) : [totalOf(interfaces)]
  return rows.map(({ name, receivedBytesPerSecond, sentBytesPerSecond }, index) =>
    labelled(index === 0 ? 'Network' : '', [
      ` in ${formatRate(receivedBytesPerSecond).padStart(rateWidth)}  out ${formatRate(sentBytesPerSecond).padStart(rateWidth)}  `,
      index === 0 ? `TCP ${connections.tcpEstablished ?? absent}  ` : '',
      name,
    ]),
  )
}

function totalOf(interfaces: Snapshot['interfaces']) {
  return {
    name: interfaces.length === 0 ? 'no interface' : `${interfaces.length} interfaces`,
    receivedBytesPerSecond: sumOfKnown(interfaces.map((one) => one.receivedBytesPerSecond)),
    sentBytesPerSecond: sumOfKnown(interfaces.map((one) => one.sentBytesPerSecond)),
  }
}
