/** A view of the status page that is whole, and dull but for what a test says. */
import type { AlertNow, HostNow, ShardNow } from '../../../../core/now.ts'
import { noControl } from '../../../../core/telling/control.ts'
import type { StatusView } from '../../../../functions/open/status-page.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

export const nowMs = startMs + 12_000

export function hostNow(rest: Partial<HostNow> = {}): HostNow {
  return {
    host: 'web-1',
    facts: { os: 'Debian 12', cores: 4, tags: { env: 'prod' } },
    agentVersion: '1.0.0',
    lastArrivalMs: startMs,
    lastEventMs: startMs,
    intervalMs: minuteMs,
    latest: makeSnapshot(),
    recent: [
      { minuteMs: startMs - minuteMs, cpuPercent: 9 },
      { minuteMs: startMs, cpuPercent: 10 },
    ],
    alerts: [],
    findings: [],
    ...rest,
  }
}

export function firing(rest: Partial<AlertNow> = {}): AlertNow {
  const incident = { id: 'abc', startedAtMs: startMs }
  return {
    key: 'cpu',
    rule: 'cpu',
    entity: '',
    severity: 'warning',
    alert: { state: 'firing', sinceMs: startMs - 5 * minuteMs, severity: 'warning', incident },
    reason: 'CPU 91.3 % > 80 %, mean of 10 min',
    ...rest,
  }
}

export function shardNow(hosts: HostNow[]): ShardNow {
  return { v: 1, shard: 'all', n: 1, publishedAtMs: startMs, hosts }
}

export function statusView({
  hosts = [hostNow()],
  ...rest
}: { hosts?: HostNow[] } & Partial<StatusView> = {}): StatusView {
  return {
    nows: [shardNow(hosts)],
    days: [],
    notices: [],
    reports: [],
    alerts: { control: noControl, hrefTo: (path) => `/${path}` },
    nowMs,
    timeZone: 'UTC',
    notifier: { reachesSomebody: true, destination: 'smtp://mail.example.com' },
    ...rest,
  }
}
