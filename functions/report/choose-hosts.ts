/** Which hosts a report is of. */
import type { HostNow } from '../../core/now.ts'

const tagsNamed = 10

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
  const named = known.slice(0, tagsNamed).join(', ')
  const more = known.length > tagsNamed ? ` and ${known.length - tagsNamed} more` : ''
  const there = known.length === 0 ? 'no host has any (MONITOR_TAGS of its agent)' : `there are ${named}${more}`
  return { asked, problems: [`No host${hosts ? ' that was named' : ''} has the tag ${tags.join(' and ')}: ${there}`] }
}

function tagsOf({ facts: { tags = {} } }: HostNow): string[] {
  return Object.entries(tags).map(([key, value]) => `${key}=${value}`)
}
