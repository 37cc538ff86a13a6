import type { HostReport, MetricReport } from './report.ts'

/** At any time of the period: one that was full and was cleared is what happened. Absent: no disk was seen. */
export function fullestDiskEver({ metrics }: HostReport): MetricReport | undefined {
  return metrics
    .filter(({ metric }) => metric === 'disk.percent')
    .toSorted((a, b) => b.max - a.max || b.last - a.last)[0]
}
