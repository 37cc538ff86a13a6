/** What changed, in words. */
import { formatNumber } from '../view/format.ts'
import type { ChangeReport } from './report.ts'

const words: Record<ChangeReport['what'], string> = {
  boot: 'booted',
  agent: 'agent',
  os: 'operating system',
  kernel: 'kernel',
  arch: 'architecture',
  cpuModel: 'processor',
  cores: 'cores',
  virtualisation: 'virtualisation',
  'mount-added': 'mounted',
  'mount-removed': 'no longer mounted',
  'process-started': 'started',
  'process-ended': 'ended',
  'process-restarted': 'restarted',
  'process-new': 'new, it was not there in the time before',
  'process-gone': 'gone, last seen then',
}

/** What it is that changed: a mount or process, or what of the host. */
export function changeSubject({ what, subject }: ChangeReport): string {
  return subject ?? (what === 'boot' ? 'host' : words[what])
}

/** Both, in a line. */
export function changeLine(change: ChangeReport, locale?: string): string {
  return change.what === 'boot'
    ? changeWords(change, locale)
    : `${changeSubject(change)}: ${changeWords(change, locale)}`
}

/** Goes with `changeSubject`. */
export function changeWords({ what, subject, before, after, count }: ChangeReport, locale?: string): string {
  const often = count > 1 ? `, ${formatNumber(count, locale)} times` : ''
  if (before !== undefined && after !== undefined) return `${before} → ${after}${often}`
  return subject === undefined && what !== 'boot' ? `changed${often}` : `${words[what]}${often}`
}
