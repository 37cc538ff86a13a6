/** A host's name in keys, and back. */
import { limits } from './limits.ts'

/** What a file name may have on Linux: no store takes a longer segment everywhere. */
export const segmentMaxBytes = 255

/**
 * A host's name as one path segment: letters, digits, `.`, `_` and `-` stay, every other byte of its UTF-8 becomes
 * `~HH`; so does a leading dot. Reversible, safe in URLs, file names and policies.
 */
export function hostSegment(host: string): string {
  let segment = ''
  for (const byte of Buffer.from(host, 'utf8')) {
    const char = String.fromCharCode(byte)
    const plain = /[A-Za-z0-9._-]/.test(char) && !(char === '.' && segment === '')
    segment += plain ? char : `~${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return segment
}

/** Whether `host` has a segment at all: not empty, not too long, and each of its characters a whole one. */
export function isShippableHost(host: string): boolean {
  const fits = host.length <= limits.hostLength && hostSegment(host).length <= segmentMaxBytes
  return host !== '' && fits && host.isWellFormed()
}

export function hostOfSegment(segment: string): string | undefined {
  if (!/^(?:[A-Za-z0-9_-]|~[0-9A-F]{2})(?:[A-Za-z0-9._-]|~[0-9A-F]{2})*$/.test(segment)) return undefined
  const bytes = segment.replace(/~([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const host = Buffer.from(bytes, 'latin1').toString('utf8')
  return hostSegment(host) === segment && isShippableHost(host) ? host : undefined
}
