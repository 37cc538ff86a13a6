/** CPU as the kernel counts it: of this process, of its children that have ended, of another one. */
import { readFileSync } from 'node:fs'

const tickMs = 10

/** What `act` cost this process and the children that ended meanwhile. */
export async function cpuOf<Result>(act: () => Promise<Result>): Promise<{ result: Result; cpuMs: number }> {
  const before = process.cpuUsage()
  const childrenBefore = childrenCpuMs()
  const result = await act()
  const { user, system } = process.cpuUsage(before)
  return { result, cpuMs: (user + system) / 1_000 + childrenCpuMs() - childrenBefore }
}

/** What this thread has had of a core; compilers and collectors beside it are not counted. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** User and system time of a process since its start. */
export function cpuMsOfProcess(pid: number): number {
  const [user, system] = statOf(String(pid)).slice(11, 13)
  return ((user ?? 0) + (system ?? 0)) * tickMs
}

/** Page faults of children that have ended: no program has none. */
export function faultsOfChildren(): number {
  return statOf('self')[8] ?? 0
}

/** Of the whole machine since its boot: it knows grandchildren too, and what others start meanwhile. */
export function forksOfMachine(): number {
  return Number(/^processes (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
}

function childrenCpuMs(): number {
  const [user, system] = statOf('self').slice(13, 15)
  return ((user ?? 0) + (system ?? 0)) * tickMs
}

/** The fields after the name; the state, the first of them, is not a number. */
function statOf(pid: string): number[] {
  return (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ').map(Number)
}
