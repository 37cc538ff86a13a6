/** What a form offers, and what it takes: pure. */
import { globOf } from '../../../core/glob.ts'
import { limits } from '../../../core/limits.ts'
import { localToUtc, utcToLocal } from '../../../core/local-time.ts'
import type { Notice } from '../../../core/notice.ts'
import type { Silence } from '../../../core/telling/control.ts'
import { formatDateTime } from '../../../core/view/format.ts'
import { oneLine } from '../../../core/view/line.ts'
import { ruleTitle } from '../host-view.ts'

export interface Said {
  untilMs: number
  by: string
  comment: string
  /** Of a silence: how much of it. */
  scope: Scope
  /** Of a silence: the id that it will have. The same form sent twice says the same once. */
  once: string
}

const scopes = ['alert', 'rule', 'host'] as const
type Scope = (typeof scopes)[number]

export interface Choice<Name extends string = string> {
  name: Name
  words: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const morningHour = 9

interface When {
  nowMs: number
  timeZone: string
}

export const chosenSpan = '4h'

export function spans(when: When): (Choice & { untilMs: number })[] {
  const { nowMs, timeZone } = when
  const tomorrowMs = tomorrow(when)
  return [
    { name: '1h', words: '1 hour', untilMs: nowMs + hourMs },
    { name: chosenSpan, words: '4 hours', untilMs: nowMs + 4 * hourMs },
    { name: 'tomorrow', words: `until tomorrow, ${formatDateTime(tomorrowMs, timeZone)}`, untilMs: tomorrowMs },
    { name: '7d', words: '7 days', untilMs: nowMs + 7 * dayMs },
  ]
}

/** The morning of the next day of the calendar. */
function tomorrow({ nowMs, timeZone }: When): number {
  const midnightMs = Math.floor(utcToLocal(nowMs, timeZone) / dayMs) * dayMs
  return localToUtc(midnightMs + dayMs + morningHour * hourMs, timeZone)
}

export function scopesOf({ host, rule, entity }: Notice): Choice<Scope>[] {
  const title = ruleTitle(rule, '') || 'findings'
  return [
    { name: 'alert', words: `${ruleTitle(rule, entity)} on ${host}` },
    { name: 'rule', words: `${title} on all hosts` },
    { name: 'host', words: `everything on ${host}` },
  ]
}

/** A silence outlives the incident: the next one of the same kind is silent as well. */
export function matchOf({ host, rule, entity }: Notice, scope: Scope): Silence['match'] {
  const hosts = [globOf(host, limits.nameLength)]
  const rules = [globOf(rule, limits.nameLength)]
  switch (scope) {
    case 'alert':
      return { hosts, rules, entities: [globOf(entity, limits.nameLength)] }
    case 'rule':
      return { rules }
    case 'host':
      return { hosts }
  }
}

export type ParsedForm = { ok: true; said: Said } | { ok: false; reason: string }

/** Names are short: they stand in a row of the log each time that something is held. */
const byLength = 64

export function parseForm(body: Uint8Array, when: When): ParsedForm {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  const field = (name: string) => form.get(name) ?? ''
  const span = spans(when).find(({ name }) => name === field('for'))
  if (!span)
    return refused(
      'for',
      field('for'),
      spans(when)
        .map(({ name }) => name)
        .join(', '),
    )
  const scope = scopes.find((name) => name === (form.get('scope') ?? 'alert'))
  if (!scope) return refused('scope', field('scope'), scopes.join(', '))
  const once = field('once')
  if (!/^[0-9a-f]{8}$/.test(once)) return refused('once', once, '8 hex digits, as the form has them')
  const by = oneLine(field('by'))
  if (by === '') return { ok: false, reason: 'Say who you are, so that the others know whom to ask.' }
  if (by.length > byLength) return { ok: false, reason: `Your name has ${by.length} characters; ${byLength} fit.` }
  const comment = oneLine(field('comment'))
  if (comment.length > limits.commentLength) {
    return { ok: false, reason: `The comment has ${comment.length} characters; ${limits.commentLength} fit.` }
  }
  return { ok: true, said: { untilMs: span.untilMs, by, comment, scope, once } }
}

function refused(field: string, value: string, expected: string): ParsedForm {
  return { ok: false, reason: `${field}: ${oneLine(value).slice(0, 40)}: expected one of ${expected}` }
}
