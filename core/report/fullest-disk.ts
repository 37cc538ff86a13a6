import type { HostReport, MetricReport } from './report.ts'

/** At the end of the period; absent: no disk was seen. */
export function fullestDisk({ metrics }: HostReport): MetricReport | undefined {
  return metrics.filter(({ metric }) => metric === 'disk.percent').toSorted((a, b) => b.last - a.last)[0]
}

/** At any time of the period, for charts: one that was full and was cleared is what happened. */
export function fullestDiskEver({ metrics }: HostReport): MetricReport | undefined {
  return metrics
    .filter(({ metric }) => metric === 'disk.percent')
    .toSorted((a, b) => b.max - a.max || b.last - a.last)[0]
}
