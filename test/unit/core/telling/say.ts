/** A shard's telling, minute by minute, in the words of a table: what was told to whom, and what was held and by what. */
import { createHash } from 'node:crypto'
import type { Transition } from '../../../../core/alerts/alert.ts'
import { defaultRules } from '../../../../core/alerts/default-rules.ts'
import type { Notice } from '../../../../core/notice.ts'
import { type Control, noControl, type Silence } from '../../../../core/telling/control.ts'
import { defaultPolicy, type TellingPolicy } from '../../../../core/telling/policy.ts'
import { tell } from '../../../../core/telling/tell.ts'
import type { Told } from '../../../../core/telling/told.ts'
import { makeSettings, minuteMs, startMs } from '../../../make.ts'

export interface Minute {
  at: number
  transitions?: Transition[]
  /** From here on. */
  control?: Partial<Control>
  policy?: Partial<TellingPolicy>
}

export interface Said {
  /** `10 firing pager`, `10 held by silence`. */
  lines: string[]
  notices: Notice[]
  telling: Record<string, Told>
}

const rules = defaultRules(makeSettings())

/** A shard whose runs follow each other, its state lying in the bucket in between. */
export function startShard({ policy, tags }: { policy: TellingPolicy; tags: Record<string, string> }) {
  const shard = {
    telling: {} as Record<string, Told>,
    control: noControl,
    policy,
    /** `said`: `ops: firing`, `nobody: silence`. */
    run: (nowMs: number, transitions: Transition[]) => {
      const told = tell({
        shard: 'all',
        before: shard.telling,
        transitions,
        forgotten: new Set(),
        control: shard.control,
        policy: shard.policy,
        tagsOf: () => tags,
        ruleOf: (_, id) => rules.find((rule) => rule.id === id),
        nowMs,
      })
      shard.telling = JSON.parse(JSON.stringify(told.telling))
      const held = told.rows.flatMap((row) => (row.kind === 'held' ? [row.by] : []))
      const said = [
        ...told.notices.map(({ receiver, kind }) => `${receiver}: ${kind}`),
        ...held.map((by) => `nobody: ${by}`),
      ]
      return { said, held, notices: told.notices }
    },
  }
  return shard
}

export function say(minutes: readonly Minute[]): Said {
  const lines: string[] = []
  const notices: Notice[] = []
  const shard = startShard({ policy: defaultPolicy, tags: { env: 'prod' } })
  for (const { at, transitions = [], control, policy } of minutes) {
    shard.control = { ...shard.control, ...control }
    shard.policy = { ...shard.policy, ...policy }
    const told = shard.run(startMs + at * minuteMs, transitions)
    notices.push(...told.notices)
    for (const { kind, receiver, repeat } of told.notices) {
      lines.push(`${at} ${kind}${repeat === undefined ? '' : ` ${repeat}`} ${receiver}`)
    }
    for (const by of told.held) lines.push(`${at} held by ${by}`)
  }
  return { lines, notices, telling: shard.telling }
}

export function incidentId(rule: string, host: string): string {
  return createHash('sha256').update(`${rule}/${host}`).digest('hex').slice(0, 12)
}

export function went(
  to: Transition['to'],
  at: number,
  { rule = 'cpu', host = 'web-1', ...rest }: Partial<Transition> = {},
): Transition {
  const atMs = startMs + at * minuteMs
  return {
    kind: 'transition',
    host,
    rule,
    entity: '',
    severity: 'warning',
    from: to === 'firing' ? 'ok' : 'firing',
    to,
    atMs,
    decidedAtMs: atMs,
    reason: `${rule} went to ${to}`,
    incident: { id: incidentId(rule, host), startedAtMs: startMs },
    ...rest,
  }
}

export function silence(fromMinute: number, untilMinute: number, match: Silence['match'] = {}): Silence {
  const [fromMs, untilMs] = [startMs + fromMinute * minuteMs, startMs + untilMinute * minuteMs]
  return { id: '0a1b2c3d', match, fromMs, untilMs, by: 'root', comment: 'a new disk', createdAtMs: fromMs }
}
