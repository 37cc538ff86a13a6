/** Figures that a snapshot gives only after adding up or choosing. */
import type { DiskSample, InterfaceSample, MemorySample } from '../../core/snapshot.ts'
import { formatBytes, formatPercent } from '../../core/view/format.ts'

/** `undefined` when no mount tells how full it is. */
export function fullest(disks: readonly DiskSample[]): DiskSample | undefined {
  return disks
    .filter(({ usedPercent }) => usedPercent !== undefined)
    .toSorted((a, b) => (b.usedPercent ?? 0) - (a.usedPercent ?? 0))[0]
}

/** All interfaces together; `undefined` when none of them tells. */
export function bytesOf(
  interfaces: readonly InterfaceSample[],
  field: 'receivedBytesPerSecond' | 'sentBytesPerSecond',
): number | undefined {
  const known = interfaces.map((one) => one[field]).filter((rate) => rate !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, rate) => sum + rate, 0)
}

export function memoryNote({
  usedBytes,
  totalBytes,
  swapUsedPercent,
  swapTotalBytes,
  cgroupLimitBytes,
  cgroupUsedBytes,
}: MemorySample): string {
  const parts: string[] = []
  if (usedBytes !== undefined && totalBytes !== undefined) {
    parts.push(`${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`)
  }
  if (cgroupLimitBytes !== undefined) {
    parts.push(`container ${formatBytes(cgroupUsedBytes)} of ${formatBytes(cgroupLimitBytes)}`)
  }
  if (swapUsedPercent !== undefined && swapTotalBytes !== 0) parts.push(`swap ${formatPercent(swapUsedPercent)}`)
  return parts.join(', ')
}
