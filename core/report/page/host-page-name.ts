/** Where a host's own page is, beside `metrics_report.html`. Names of hosts are strangers' words: none leads elsewhere. */
import { createHash } from 'node:crypto'
import { hostSegment, segmentMaxBytes } from '../../host-segment.ts'

const folder = 'hosts/'
const ending = '.html'
/** Of a name that is not the host's alone; no segment has a `~` before a small letter. */
const hashDigits = 32

/**
 * By host, each another one, also where a file system takes `Web` and `web` for the same. Two hosts of which one is missing
 * here may share a name.
 */
export function hostPageNames(hosts: readonly string[]): Map<string, string> {
  const taken = new Set<string>()
  const names = new Map<string, string>()
  for (const host of hosts.toSorted()) {
    const segment = hostSegment(host)
    const isLong = segment.length + ending.length > segmentMaxBytes
    const isTaken = segment === '' || taken.has(segment.toLowerCase())
    taken.add(segment.toLowerCase())
    names.set(host, `${folder}${isLong || isTaken ? hashed(host, segment) : segment}${ending}`)
  }
  return names
}

function hashed(host: string, segment: string): string {
  // As JSON: of what is no whole character UTF-8 knows nothing.
  const hash = createHash('sha256').update(JSON.stringify(host)).digest('hex').slice(0, hashDigits)
  return `${segment.slice(0, segmentMaxBytes - ending.length - hashDigits - 2)}~h${hash}`
}
