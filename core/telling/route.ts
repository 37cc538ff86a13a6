/** Which receivers an incident goes to. */
import type { Notice } from '../notice.ts'
import { defaultReceiver } from '../notice.ts'
import { matches, type Subject } from './match.ts'
import { defaultGroup, type GroupKey, type Route, type TellingPolicy } from './policy.ts'
import { isDuring } from './windows.ts'

const everything: Route = { match: {}, to: [defaultReceiver], group: defaultGroup, continue: false }

/** Those routes that hold now: their times of day are looked at once a run, not once an incident. */
export function routesNow({ routes }: Pick<TellingPolicy, 'routes'>, nowMs: number): readonly Route[] {
  if (routes.length === 0) return [everything]
  return routes.filter(({ during }) => during === undefined || isDuring(during, nowMs))
}

/** Receiver -> the route that leads there: the first that does. */
export function receiversOf(subject: Subject, routes: readonly Route[]): Map<string, Route> {
  const found = new Map<string, Route>()
  for (const route of routes) {
    if (!matches(route.match, subject)) continue
    for (const receiver of route.to) if (!found.has(receiver)) found.set(receiver, route)
    if (!route.continue) break
  }
  return found
}

/** What stands in `Notice.group`: those that have it in common may go as one message. */
export function groupOf(subject: Subject, { group }: Route): Notice['group'] {
  return group.by.map((key) => partOf(subject, key)).join(', ') || 'all'
}

function partOf(subject: Subject, key: GroupKey): string {
  switch (key) {
    case 'rule':
    case 'host':
    case 'entity':
    case 'severity':
      return `${key}=${subject[key]}`
    default: {
      const tag = key.slice('tag:'.length)
      return `${key}=${Object.hasOwn(subject.tags, tag) ? subject.tags[tag] : ''}`
    }
  }
}
