/** How fine a report looks: its cost is buckets, and nobody sees more than some hundred points. */
import type { Resolution } from '../../core/keys.ts'

const hourMs = 3_600_000

export function resolutionOf({ fromMs, toMs }: { fromMs: number; toMs: number }): Resolution {
  const hours = (toMs - fromMs) / hourMs
  if (hours <= 48) return '5m'
  return hours <= 60 * 24 ? '1h' : '1d'
}
