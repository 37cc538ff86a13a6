/** A snapshot in the terminal: what a person looks for first, and what could not be read. Pure. */
import type { ProcessSample, Snapshot } from '../core/snapshot.ts'
import { absent, formatBytes, formatDateTime, formatNumber, formatPercent, formatRate } from '../core/view/format.ts'
import { oneLine } from '../core/view/line.ts'

/** Rows of processes. */
const shownProcesses = 15
const nameWidth = 24

export function snapshotText(snapshot: Snapshot, { host, timeZone }: { host: string; timeZone: string }): string {
  return [
    `${oneLine(host)}  ${formatDateTime(snapshot.observedAtMs, timeZone)} (${timeZone})`,
    '',
    ...totals(snapshot),
    '',
    ...disks(snapshot),
    '',
    ...processes(snapshot),
    ...unavailable(snapshot),
    '',
  ].join('\n')
}

/** Undefined where none is known. */
export function sumOfKnown(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((sum, value) => (value === undefined ? sum : (sum ?? 0) + value), undefined)
}

function totals({ cpu, memory, interfaces, connections }: Snapshot): string[] {
  const received = sumOfKnown(interfaces.map(({ receivedBytesPerSecond }) => receivedBytesPerSecond))
  const sent = sumOfKnown(interfaces.map(({ sentBytesPerSecond }) => sentBytesPerSecond))
  return [
    line('CPU', [
      formatPercent(cpu.percent),
      `user ${formatPercent(cpu.userPercent)}`,
      `system ${formatPercent(cpu.systemPercent)}`,
      `iowait ${formatPercent(cpu.iowaitPercent)}`,
      `steal ${formatPercent(cpu.stealPercent)}`,
    ]),
    line(
      'Load',
      [cpu.load1, cpu.load5, cpu.load15].map((value) => formatNumber(value)),
    ),
    line('Memory', [
      formatPercent(memory.usedPercent),
      `${formatBytes(memory.usedBytes)} of ${formatBytes(memory.totalBytes)}`,
      `swap ${formatPercent(memory.swapUsedPercent)}`,
    ]),
    line('Network', [
      `in ${formatRate(received)}`,
      `out ${formatRate(sent)}`,
      `TCP connections ${connections.tcpEstablished ?? absent}`,
    ]),
  ]
}

function disks({ disks: found }: Snapshot): string[] {
  if (found.length === 0) return ['Disks     none']
  return found.map(({ mount, usedPercent, freeBytes, totalBytes }, index) =>
    line(index === 0 ? 'Disks' : '', [
      formatPercent(usedPercent).padStart(7),
      `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`,
      oneLine(mount),
    ]),
  )
}

function processes({ processes: { total, threads, byStatus, top } }: Snapshot): string[] {
  const statuses = Object.entries(byStatus ?? {}).map(([status, count]) => `${oneLine(status)} ${count}`)
  const head = line('Processes', [String(total ?? absent), `threads ${threads ?? absent}`, ...statuses])
  if (top.length === 0) return [head]
  const columns = [
    '',
    '    PID',
    'CPU'.padStart(8),
    'memory'.padStart(10),
    'threads',
    'files'.padStart(6),
    'name',
  ].join('  ')
  return [head, '', columns, ...top.slice(0, shownProcesses).map(processLine)]
}

function processLine({ pid, cpuPercent, rssBytes, threads, openFiles, name, user }: ProcessSample): string {
  const who = user === undefined ? '' : `  ${oneLine(user)}`
  return [
    '',
    String(pid).padStart(7),
    formatPercent(cpuPercent).padStart(8),
    formatBytes(rssBytes).padStart(10),
    String(threads ?? absent).padStart(7),
    String(openFiles ?? absent).padStart(6),
    `${oneLine(name).padEnd(nameWidth)}${who}`,
  ].join('  ')
}

function unavailable({ unavailable: missing = {} }: Snapshot): string[] {
  const rows = Object.entries(missing).map(([what, why]) => `  ${oneLine(what)}: ${oneLine(why)}`)
  return rows.length === 0 ? [] : ['', 'Not available:', ...rows]
}

function line(title: string, parts: readonly string[]): string {
  return `${title.padEnd(10)}${parts.join('  ')}`
}
