/** What an agent is given by whoever starts it. */
import type { Bucket } from '../adapters/bucket/port.ts'
import type { Clock, Random } from '../adapters/clock/port.ts'
import type { Log } from '../adapters/log/port.ts'
import type { MetricSink } from '../adapters/metrics/port.ts'
import type { Settings } from '../core/settings.ts'
import type { Checks } from './checks/checks.ts'
import type { Collector } from './collect/collector.ts'
import type { SnapshotObserver } from './take-snapshot.ts'

export interface AgentOptions {
  settings: Settings
  bucket: Bucket
  collector: Collector
  /** Another one, when settings have changed that a collector has; absent: it stays. */
  openCollector?: (settings: Settings) => Collector
  clock: Clock
  random: Random
  log: Log
  version: string
  /** Where metrics go besides; absent: nowhere. */
  metrics?: MetricSink
  /** Checks of the host's owner, whose findings travel in the snapshot. */
  checks?: Checks
  /** Who else gets every snapshot, besides the logs. */
  observers?: readonly SnapshotObserver[]
  /** The bucket has one more batch. */
  onPushed?: () => void
}
