/** What a commit makes visible: notices for notify, and the status page's object. Both can be made again. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { type AlertState, parseAlertKey } from '../../core/alerts/alert.ts'
import type { RuleSet, Severity } from '../../core/alerts/rule.ts'
import { noticeKey, nowKey } from '../../core/keys.ts'
import type { Notice, NoticeObject } from '../../core/notice.ts'
import type { AlertNow, HostNow, ShardNow } from '../../core/now.ts'
import { publishedSnapshot } from '../../core/published.ts'
import { severityOf } from '../../core/shard/decide-alert.ts'
import type { HostState, ShardState } from '../../core/shard/state.ts'

/** A host can have a thousand alerts at once: no more requests than these wait for each other's connections. */
const putsAtOnce = 32

/** An object a notice, if-absent: whoever runs this twice changes nothing. */
export async function makeNotices(bucket: Bucket, notices: readonly Notice[]): Promise<void> {
  for (let start = 0; start < notices.length; start += putsAtOnce) {
    await Promise.all(
      notices.slice(start, start + putsAtOnce).map((notice) => {
        const object: NoticeObject = { v: 1, notice, status: { state: 'pending', attempts: 0, notBeforeMs: 0 } }
        return bucket.put(noticeKey(notice.id), Buffer.from(JSON.stringify(object)), { ifAbsent: true })
      }),
    )
  }
}

/** Never replaces the view of a later commit. */
export async function publishNow(bucket: Bucket, state: ShardState, rules: RuleSet, nowMs: number): Promise<void> {
  const key = nowKey(state.shard)
  const now = shardNow(state, rules, nowMs)
  const shown = await bucket.get(key)
  if (shown && shownNumber(shown.body) >= now.n) return
  await bucket.put(key, Buffer.from(JSON.stringify(now)), shown ? { ifMatches: shown.etag } : { ifAbsent: true })
}

function shownNumber(body: Uint8Array): number {
  try {
    const { n } = JSON.parse(Buffer.from(body).toString('utf8')) as { n?: unknown }
    return typeof n === 'number' ? n : 0
  } catch {
    return 0
  }
}

export function shardNow(state: ShardState, rules: RuleSet, nowMs: number): ShardNow {
  const hosts = Object.entries(state.hosts).map(([host, one]) => hostNow(host, one, rules))
  const { allSilent, allSilentReason: reason = '' } = state
  return {
    v: 1,
    shard: state.shard,
    n: state.head?.n ?? 0,
    publishedAtMs: nowMs,
    hosts,
    ...(allSilent ? { allSilent: { sinceMs: allSilent.sinceMs, reason } } : {}),
  }
}

function hostNow(name: string, host: HostState, rules: RuleSet): HostNow {
  const { facts, agentVersion, lastArrivalMs, lastEventMs, intervalMs, stoppedAtMs, skewMs, latest, recent, findings } =
    host
  return {
    host: name,
    facts,
    agentVersion,
    lastArrivalMs,
    ...(lastEventMs === undefined ? {} : { lastEventMs }),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(stoppedAtMs === undefined ? {} : { stoppedAtMs }),
    ...(skewMs === undefined ? {} : { skewMs }),
    ...(latest === undefined ? {} : { latest: publishedSnapshot(latest) }),
    recent,
    alerts: alertsNow(host, rules),
    findings,
  }
}

const order: Record<AlertState['state'], number> = { firing: 0, recovering: 1, pending: 2, 'no-data': 3 }

function alertsNow(host: HostState, rules: RuleSet): AlertNow[] {
  return Object.entries(host.alerts)
    .map(([key, alert]) => {
      const { rule, entity } = parseAlertKey(key)
      const reason = host.reasons[key]
      return {
        key,
        rule,
        entity,
        severity: severityOf(alert, host.timeline?.head.found?.[key]?.severity ?? ruleSeverity(rules, rule)),
        alert,
        ...(reason === undefined ? {} : { reason }),
      }
    })
    .sort((a, b) => order[a.alert.state] - order[b.alert.state])
}

function ruleSeverity({ rules }: RuleSet, id: string): Severity {
  const rule = rules.find((one) => one.id === id)
  return rule && 'severity' in rule ? rule.severity : 'warning'
}
