/** What this kernel gives, and what each thing that it lacks takes away. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { createCgroups } from '../../agent/collect/cgroup.ts'
import { readKernelLimits } from '../../agent/collect/kernel-limits.ts'
import { parseMountinfo } from '../../agent/collect/mountinfo.ts'
import { createFileReader } from '../../agent/collect/read-file.ts'
import { amiss, type Check, type CheckContext, type Result, well } from './check.ts'

export const kernelCheck: Check = { title: 'kernel', deadlineMs: 5_000, run: async ({ roots }) => lookAt(roots) }

function lookAt(roots: CheckContext['roots']): Result[] {
  const files = createFileReader()
  const collected = { proc: roots.proc, sys: roots.sys, etc: '/etc' }
  const { fdCountIsSize } = readKernelLimits({ files, roots: collected })
  const results = [
    well('version', release()),
    ...pressure(roots.proc),
    feature('count of open files', fdCountIsSize, 'in one look', {
      lacks: 'each process is listed for it, at seven times the cost',
      metrics: 'processes.openFiles',
      how: 'Linux 6.2 or newer; or MONITOR_TOP_OPEN_FILES=0',
    }),
    feature('sockets', existsSync(join(roots.proc, 'net', 'sockstat')), 'counted by the kernel', {
      lacks: '/proc/net/sockstat is not there',
      metrics: 'connections',
      how: 'in a hardened unit: ProtectProc=default and ProcSubset=all',
    }),
    feature('block devices', existsSync(join(roots.proc, 'diskstats')), '/proc/diskstats', {
      lacks: '/proc/diskstats is not there',
      metrics: 'diskIo',
      how: 'in a hardened unit: ProcSubset=all',
    }),
    cgroup(files, collected),
    hidden(files, roots.proc),
  ]
  files.release()
  return results
}

/** Switched off it is there, and reading fails. */
function pressure(proc: string): Result[] {
  return (['cpu', 'memory', 'io'] as const).map((what) =>
    feature(`pressure of ${what}`, isReadable(join(proc, 'pressure', what)), 'told', {
      lacks: 'not told (PSI)',
      metrics: what === 'io' ? 'ioPressure' : `${what}.pressure`,
      how: 'psi=1 on the boot line (Linux 4.20 and newer): sudo grubby --update-kernel=ALL --args=psi=1, or GRUB_CMDLINE_LINUX',
    }),
  )
}

function feature(
  name: string,
  isThere: boolean,
  found: string,
  { lacks, metrics, how }: { lacks: string; metrics: string; how: string },
): Result {
  return isThere ? well(name, found) : amiss(name, 'kernel-lacks', `${lacks}: ${metrics}`, { metrics, how })
}

function cgroup(files: ReturnType<typeof createFileReader>, roots: { proc: string; sys: string; etc: string }): Result {
  const cgroups = createCgroups({ files, roots })
  const found = (['cpu', 'memory'] as const).flatMap((controller) => {
    const lineage = cgroups.lineageOf(controller)
    return lineage ? [`${controller} by version ${lineage.version}`] : []
  })
  return feature('control groups', found.length === 2, found.join(', '), {
    lacks: found.length === 0 ? 'none is mounted' : `only ${found.join(', ')}`,
    metrics: 'cpu.cgroup…, memory.cgroup…',
    how: 'mount /sys/fs/cgroup into the container: -v /sys/fs/cgroup:/sys/fs/cgroup:ro',
  })
}

function hidden(files: ReturnType<typeof createFileReader>, proc: string): Result {
  const mount = parseMountinfo(files.text(join(proc, 'self', 'mountinfo'))).findLast(({ fsType }) => fsType === 'proc')
  const option = mount?.superOptions.find((one) => /^hidepid=(?!0|off)/.test(one))
  const isOthers = statSync(join(proc, '1'), { throwIfNoEntry: false }) !== undefined
  if (option === undefined) return well('hidden processes', 'none: /proc shows all')
  if (process.getuid?.() === 0) return well('hidden processes', `${option}, which root sees through`)
  const words = isOthers ? `${option}: others are there, and can't be read` : `${option}: others are not seen`
  return amiss('hidden processes', 'processes-hidden', words)
}

function isReadable(path: string): boolean {
  try {
    return readFileSync(path).length > 0
  } catch {
    return false
  }
}
