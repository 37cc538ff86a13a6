/** Which hosts a report is of. */
import type { HostNow } from '../../core/now.ts'

const namesAtMost = 10

/**
 * `asked` absent: all. Of several tags a host has every one, as it says now; with `hosts`, those of them that have. Who asks
 * for tags that no host has is told which there are.
 */
export function chooseHosts(
  { hosts, tags = [] }: { hosts?: readonly string[]; tags?: readonly string[] },
  nows: readonly HostNow[],
): { asked?: readonly string[]; problems: string[] } {
  if (tags.length === 0) return { ...(hosts ? { asked: hosts } : {}), problems: [] }
  const tagged = nows.filter((now) => tags.every((tag) => tagsOf(now).includes(tag))).map(({ host }) => host)
  const asked = hosts ? tagged.filter((host) => hosts.includes(host)) : tagged
  if (asked.length > 0) return { asked, problems: [] }
  const known = [...new Set(nows.flatMap(tagsOf))].sort()
  const there = known.length === 0 ? 'no host has any (MONITOR_TAGS of its agent)' : `there are ${named(known)}`
  return { asked, problems: [`No host${hosts ? ' that was named' : ''} has the tag ${tags.join(' and ')}: ${there}`] }
}

/** Hosts that were named and of which nothing is known, now or in the time that was read: a slip, most likely. */
export function unknownHosts(asked: readonly string[], known: ReadonlySet<string>): string[] {
  const unknown = asked.filter((host) => !known.has(host))
  if (unknown.length === 0) return []
  return [
    `Nothing is known of ${named(unknown)}: ${known.size === 0 ? 'no host is known' : `there are ${named([...known].sort())}`}`,
  ]
}

function named(names: readonly string[]): string {
  const more = names.length > namesAtMost ? ` and ${names.length - namesAtMost} more` : ''
  return `${names.slice(0, namesAtMost).join(', ')}${more}`
}

function tagsOf({ facts: { tags = {} } }: HostNow): string[] {
  return Object.entries(tags).map(([key, value]) => `${key}=${value}`)
}
