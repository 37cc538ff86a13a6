/** A real snapshot, as the agent takes it: what it lacks, and what it costs. */
import { openCollector } from '../../agent/collect/open.ts'
import { amiss, type Check, type CheckContext, type Result, well } from './check.ts'

export const snapshotCheck: Check = { title: 'snapshot', deadlineMs: 20_000, run: takeOne }

const betweenMs = 500

async function takeOne({ settings, clock, roots }: CheckContext): Promise<Result[]> {
  const { intervalMs, topProcesses, maxCpuPercent } = settings
  const collector = openCollector({ clock, topProcesses, roots: { proc: roots.proc, sys: roots.sys, etc: '/etc' } })
  try {
    await collector.collect({ intervalMs })
    await clock.sleep(betweenMs)
    const { unavailable = {}, agent = {}, processes } = await collector.collect({ intervalMs })
    const missing = Object.entries(unavailable)
    const { collectCpuMs = 0 } = agent
    const percent = (collectCpuMs / intervalMs) * 100
    const cost = `${collectCpuMs.toFixed(1)} ms of CPU with ${processes.total ?? '?'} processes, ${percent.toFixed(2)} % of a core`
    return [
      percent > maxCpuPercent ? amiss('cost', 'snapshot-costly', cost) : well('cost', cost),
      ...(missing.length === 0 ? [well('values', 'all could be read')] : []),
      ...missing.map(([subject, reason]) => amiss(subject, 'not-read', reason, { how: howToRead(reason) })),
    ]
  } finally {
    collector.close()
  }
}

/** By the words of the collectors: permission, kernel, or a mount that does not answer. */
function howToRead(reason: string): string {
  if (/EACCES|EPERM|no permission|not readable/.test(reason)) {
    return 'only if you need it: AmbientCapabilities=CAP_SYS_PTRACE in the unit, or a group that may read it'
  }
  if (/did not answer|do not answer|has still not answered/.test(reason)) {
    return 'look at the server of the mount; to be rid of it: sudo umount -l MOUNT'
  }
  if (/psi=1/.test(reason)) return 'psi=1 on the boot line of the kernel'
  if (/ENOENT|EOPNOTSUPP|ENOTSUP|not mounted/.test(reason)) {
    return 'nothing where the kernel has it not; in a hardened unit: ProcSubset=all; in a container: mount it read-only'
  }
  return 'docs/metrics.md says where the value comes from'
}
