/**
 * A snapshot under the names of the CloudWatch agent, so that its dashboards and alarms work as they stand. A small set:
 * each combination of name and dimensions is billed by the month.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html
 */
import type { CpuSample, Snapshot } from './snapshot.ts'

export interface HostMetric {
  name: string
  unit: 'Percent' | 'Count'
  dimensions: { host: string; path?: string }
  value: number
}

/** What the snapshot lacks is absent here, too. */
export function hostMetrics(host: string, { cpu, memory, disks, processes, connections }: Snapshot): HostMetric[] {
  const single = (name: string, unit: HostMetric['unit'], value: number | undefined): HostMetric[] =>
    value === undefined ? [] : [{ name, unit, dimensions: { host }, value }]
  return [
    ...single('cpu_usage_active', 'Percent', activePercent(cpu)),
    ...single('mem_used_percent', 'Percent', memory.usedPercent),
    ...single('swap_used_percent', 'Percent', memory.swapUsedPercent),
    ...disks.flatMap(({ mount: path, usedPercent: value }): HostMetric[] =>
      value === undefined ? [] : [{ name: 'disk_used_percent', unit: 'Percent', dimensions: { host, path }, value }],
    ),
    ...single('processes_total', 'Count', processes.total),
    ...single('netstat_tcp_established', 'Count', connections.tcpEstablished),
  ]
}

/** To the CloudWatch agent all that isn't idle is active, waiting for I/O as well; our own percentage leaves that out. */
function activePercent({ percent, iowaitPercent = 0 }: CpuSample): number | undefined {
  return percent === undefined ? undefined : Math.min(100, percent + iowaitPercent)
}
