/** Tables of a host: processes, mounts, interfaces. On a narrow screen each row becomes a block with its own labels. */
import type { HostNow } from '../../core/now.ts'
import type { ProcessSample, Snapshot } from '../../core/snapshot.ts'
import {
  absent,
  formatBytes,
  formatNumber,
  formatPercent,
  formatRate,
  formatSince,
  isoTime,
} from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import type { StateColour } from '../../core/view/theme.ts'

const processesShown = 15

export function processTable(
  { top, total }: Snapshot['processes'],
  { nowMs, timeZone }: { nowMs: number; timeZone: string },
): Html {
  if (top.length === 0) return html`<section><h3>Processes</h3><p class="muted">No process was reported.</p></section>`
  const shown = busiestAndLargest(top)
  const of = total === undefined ? '' : `, ${shown.length} of ${formatNumber(total)}`
  return html`<section><h3>Top processes by CPU and memory${of}</h3>
<table class="stack processes small"><thead><tr><th scope="col">Process</th><th scope="col" class="num">CPU</th><th scope="col" class="num">Memory</th><th scope="col" class="num">Threads</th><th scope="col" class="num">Files</th><th scope="col">Status</th><th scope="col">Since</th></tr></thead>
<tbody>${shown.map(
    ({ pid, name, user, status, cpuPercent, rssBytes, threads, openFiles, startedAtMs }) =>
      html`<tr><th scope="row">${name} <span class="muted small">${pid}${user !== undefined && ` ${user}`}</span></th><td class="num">${formatPercent(
        cpuPercent,
      )}</td><td class="num">${formatBytes(rssBytes)}</td><td class="num" data-label="threads">${formatNumber(
        threads,
      )}</td><td class="num" data-label="files">${formatNumber(openFiles)}</td><td>${statusWord(status)}</td><td data-label="since">${
        startedAtMs === undefined
          ? absent
          : html`<time datetime="${isoTime(startedAtMs)}">${formatSince(startedAtMs, nowMs, timeZone)}</time>`
      }</td></tr>`,
  )}</tbody></table></section>`
}

export function mountTable({ latest, alerts }: HostNow): Html {
  const disks = latest?.disks ?? []
  if (disks.length === 0) return html`<section><h3>Disks</h3><p class="muted">No mount was reported.</p></section>`
  const sorted = disks.toSorted((a, b) => (b.usedPercent ?? -1) - (a.usedPercent ?? -1))
  const stateOf = (mount: string): StateColour | undefined =>
    alerts.find((alert) => alert.entity === mount && alert.alert.state === 'firing')?.severity
  return html`<section><h3>Disks</h3>
<table class="stack mounts small"><thead><tr><th scope="col">Mount</th><th scope="col" class="num">Used</th><th scope="col"><span class="muted">of the disk</span></th><th scope="col" class="num">Free</th><th scope="col" class="num">Inodes</th></tr></thead>
<tbody>${sorted.map(
    ({ mount, usedPercent, usedBytes, totalBytes, freeBytes, inodesUsedPercent, readOnly }) =>
      html`<tr><th scope="row">${mount}${readOnly === true && html` <span class="muted small">read-only</span>`}</th><td class="num">${formatPercent(
        usedPercent,
      )}</td><td class="barcell">${bar(usedPercent, stateOf(mount), usedOf(usedBytes, totalBytes, usedPercent))}</td><td class="num" data-label="free">${formatBytes(
        freeBytes,
      )}</td><td class="num" data-label="inodes">${formatPercent(inodesUsedPercent)}</td></tr>`,
  )}</tbody></table></section>`
}

export function interfaceTable({ interfaces, diskIo }: Snapshot): Html {
  if (interfaces.length === 0 && diskIo.length === 0) return html``
  return html`<section><h3>Traffic</h3>
<table class="stack small"><thead><tr><th scope="col">Device</th><th scope="col" class="num">In or read</th><th scope="col" class="num">Out or written</th><th scope="col" class="num">Errors, drops</th></tr></thead>
<tbody>${interfaces.map(
    (one) =>
      html`<tr><th scope="row">${one.name}</th><td class="num" data-label="in">${formatRate(one.receivedBytesPerSecond)}</td><td class="num" data-label="out">${formatRate(
        one.sentBytesPerSecond,
      )}</td><td class="num" data-label="errors, drops">${lost(one)}</td></tr>`,
  )}${diskIo.map(
    ({ device, readBytesPerSecond, writtenBytesPerSecond, busyPercent }) =>
      html`<tr><th scope="row">${device}</th><td class="num" data-label="read">${formatRate(readBytesPerSecond)}</td><td class="num" data-label="written">${formatRate(
        writtenBytesPerSecond,
      )}</td><td class="num">${busyPercent === undefined ? '' : `busy ${formatPercent(busyPercent)}`}</td></tr>`,
  )}</tbody></table></section>`
}

function usedOf(usedBytes: number | undefined, totalBytes: number | undefined, percent: number | undefined): string {
  if (usedBytes === undefined || totalBytes === undefined) return formatPercent(percent)
  return `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`
}

/** `title` says in words what the bar shows. */
function bar(percent: number | undefined, state: StateColour | undefined, title: string): Html {
  if (percent === undefined) return html``
  return html`<svg class="bar${state !== undefined && ` c-${state}`}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${title}"><title>${title}</title><rect class="track" width="100" height="6"/><rect class="fill" width="${Math.min(
    100,
    Math.round(percent * 10) / 10,
  )}" height="6"/></svg>`
}

/** Most CPU first, and the largest of the rest. */
function busiestAndLargest(top: readonly ProcessSample[]): ProcessSample[] {
  const half = Math.ceil(processesShown / 2)
  const byCpu = top.toSorted((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0))
  const byMemory = top.toSorted((a, b) => (b.rssBytes ?? 0) - (a.rssBytes ?? 0))
  const chosen = new Set([...byCpu.slice(0, half), ...byMemory.slice(0, processesShown - half)])
  for (const row of byCpu) {
    if (chosen.size >= processesShown) break
    chosen.add(row)
  }
  return byCpu.filter((row) => chosen.has(row))
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 3 */
const statusWords: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'disk wait',
  Z: 'zombie',
  T: 'stopped',
  t: 'traced',
  I: 'idle',
  X: 'dead',
}

function statusWord(status: string | undefined): string {
  if (status === undefined) return absent
  return Object.hasOwn(statusWords, status) ? (statusWords[status] ?? status) : status
}

function lost(one: Snapshot['interfaces'][number]): string {
  const rates = [
    one.receiveErrorsPerSecond,
    one.sendErrorsPerSecond,
    one.receiveDropsPerSecond,
    one.sendDropsPerSecond,
  ].filter((rate) => rate !== undefined)
  return rates.length === 0 ? absent : `${formatNumber(rates.reduce((sum, rate) => sum + rate, 0))}/s`
}
