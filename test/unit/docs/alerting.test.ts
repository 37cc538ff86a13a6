/** The examples of docs/alerting.md, run: each table by the vitals.yml that stands above it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseOptions } from '../../../cli/options.ts'
import { matchOptions, readMatch, readSpan, saidOptions } from '../../../cli/silence/read.ts'
import { parseDuration } from '../../../cli/times.ts'
import type { Transition } from '../../../core/alerts/alert.ts'
import { parseConfig } from '../../../core/config/config.ts'
import { type Control, withAck, withSilence } from '../../../core/telling/control.ts'
import { makeSettings, minuteMs } from '../../make.ts'
import { incidentId, startShard, went } from '../core/telling/say.ts'

const text = readFileSync(new URL('../../../docs/alerting.md', import.meta.url), 'utf8')
const section = text.slice(text.indexOf('## From transition to mailbox'))

interface Row {
  at: string
  event: string
  told: string
}

/** A `yaml` block, and the table after it. */
const examples = [...section.matchAll(/### (.*)\n[^#]*?```yaml\n([\s\S]*?)```\n\n((?:\|.*\n)+)/g)].map(
  ([, title = '', yaml = '', table = '']) => ({
    title,
    yaml,
    rows: table
      .trim()
      .split('\n')
      .slice(2)
      .map((line): Row => {
        const [, at = '', event = '', told = ''] = line.split('|').map((cell) => cell.trim())
        return { at, event, told }
      }),
  }),
)

const mondayMs = Date.UTC(2026, 2, 2)

function timeOf(at: string): number {
  const [, hours, minutes] = /^Mon (\d\d):(\d\d)$/.exec(at) ?? []
  return mondayMs + (Number(hours) * 60 + Number(minutes)) * minuteMs
}

function transitionsOf(event: string, atMs: number): Transition[] {
  if (event === 'it goes on' || event.startsWith('`')) return []
  const [, rule = '', host = '', what = ''] = /^(\S+) of (\S+) (fires|is critical|is over)$/.exec(event) ?? []
  expect(what, event).not.toBe('')
  const severity = what === 'is critical' || rule === 'host-down' ? 'critical' : 'warning'
  const incident = { id: incidentId(rule, host), startedAtMs: atMs }
  const times = { atMs, decidedAtMs: atMs, incident }
  return [went(what === 'is over' ? 'ok' : 'firing', 0, { rule, host, severity, ...times })]
}

/** The command in the cell, as the command line reads it; `INCIDENT` is the one that is open. */
function changeBy(event: string, control: Control, nowMs: number, incident: string): Control {
  const words = [...event.replaceAll('`', '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )
  const time = { value: 'TIME', meaning: '' }
  const table = { ...matchOptions, ...saidOptions, for: time, from: time, until: time }
  const by = { by: 'root', comment: '' }
  const changed =
    words[1] === 'ack'
      ? withAck(control, {
          incident,
          untilMs:
            nowMs +
            parseDuration(
              parseOptions(words.slice(2), table, { name: 'INCIDENT', meaning: '' }).values.for?.[0] ?? '',
              'for',
            ),
          ...by,
          atMs: nowMs,
        })
      : withSilence(control, {
          id: '0a1b2c3d',
          match: readMatch(parseOptions(words.slice(3), table)),
          ...readSpan(parseOptions(words.slice(3), table), { nowMs, timeZone: 'UTC' }),
          ...by,
          createdAtMs: nowMs,
        })
  if (!changed.ok) throw new Error(changed.reason)
  return changed.control
}

describe('the example of', () => {
  it('each part that has rules', () => {
    expect(examples.map(({ title }) => title)).toEqual([
      'Routes',
      'Silences',
      'Maintenance',
      'Acknowledgements',
      'What holds back what',
    ])
  })

  it.each(examples)('$title says what happens', ({ yaml, rows }) => {
    const parsed = parseConfig(parse(yaml), { ...makeSettings(), timeZone: 'UTC' })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const shard = startShard({ policy: parsed.config.telling, tags: { env: 'prod' } })
    let nowMs = 0
    let incident = ''
    for (const { at, event, told } of rows) {
      const untilMs = timeOf(at)
      // Every minute in between has nothing to tell.
      for (nowMs = nowMs === 0 ? untilMs : nowMs + minuteMs; nowMs < untilMs; nowMs += minuteMs) {
        expect([new Date(nowMs).toISOString(), shard.run(nowMs, []).said]).toEqual([new Date(nowMs).toISOString(), []])
      }
      if (event.startsWith('`')) shard.control = changeBy(event, shard.control, nowMs, incident)
      const transitions = transitionsOf(event, nowMs)
      incident = transitions[0]?.incident?.id ?? incident
      const { said } = shard.run(nowMs, transitions)
      expect([at, said.join('; ') || 'nobody']).toEqual([at, told])
    }
  })
})
