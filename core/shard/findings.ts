import type { Finding, HostState } from './state.ts'

/** A finding that stays is told again this often; in between nothing is written for it. */
const repeatMs = 86_400_000

export function isTold(host: HostState, kind: Finding['kind'], nowMs: number): boolean {
  return host.findings.some((finding) => finding.kind === kind && nowMs - finding.lastMs < repeatMs)
}

export function withFinding(host: HostState, kind: Finding['kind'], text: string, nowMs: number): HostState {
  const known = host.findings.find((finding) => finding.kind === kind)
  const others = host.findings.filter((finding) => finding.kind !== kind)
  const finding: Finding = {
    kind,
    sinceMs: known?.sinceMs ?? nowMs,
    lastMs: nowMs,
    count: (known?.count ?? 0) + 1,
    text,
  }
  return { ...host, findings: [...others, finding] }
}

/** Findings that nothing has confirmed for a week. */
export function withoutOldFindings(host: HostState, nowMs: number): HostState {
  const fresh = host.findings.filter((finding) => nowMs - finding.lastMs < 7 * repeatMs)
  return fresh.length === host.findings.length ? host : { ...host, findings: fresh }
}
