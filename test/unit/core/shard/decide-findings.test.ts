import { describe, expect, it } from 'vitest'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { limits } from '../../../../core/limits.ts'
import { advanceShard } from '../../../../core/shard/advance.ts'
import { emptyState, type ShardState } from '../../../../core/shard/state.ts'
import type { Finding, Snapshot } from '../../../../core/snapshot.ts'
import { makeBatch, makeInput, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const queue: Finding = {
  check: 'queue',
  severity: 'warning',
  message: '1,200 jobs wait',
  value: 1_200,
  threshold: 1_000,
}
const mail: Finding = { check: 'mail', subject: 'mx1', source: 'watchMail', severity: 'critical', message: 'no answer' }
const notRun = { unavailable: { 'check:watchMail': 'connection refused' } }

type Minute = Partial<Pick<Snapshot, 'findings' | 'unavailable'>> | 'silent' | 'goodbye'

/** A minute after the other, each evaluated as it ends. */
function minutes(told: readonly Minute[], { findingWindowMs = 0, from = emptyState('all') } = {}) {
  const rules = defaultRuleSet(makeSettings({ findingWindowMs, keepFiringMs: 2 * minuteMs }))
  let state: ShardState = from
  const said: string[] = []
  const notices: string[] = []
  const reasons: string[] = []
  for (const [index, minute] of told.entries()) {
    const atMs = startMs + index * minuteMs
    const records =
      minute === 'goodbye'
        ? [{ kind: 'goodbye' as const, observedAtMs: atMs }]
        : [makeSnapshot({ atMs, ...(minute === 'silent' ? {} : minute) })]
    const inputs = minute === 'silent' ? [] : [makeInput(makeBatch({ seq: index + 1, records }))]
    const advance = advanceShard({ before: state, inputs, rules, nowMs: atMs, sawWholeInbox: true })
    state = advance.state
    for (const row of advance.rows) {
      if (row.kind !== 'transition' || row.rule !== 'finding') continue
      said.push(`${index} ${row.entity} ${row.severity} ${row.from} > ${row.to}`)
      reasons.push(row.reason)
    }
    for (const { kind, rule, severity } of advance.notices)
      if (rule === 'finding') notices.push(`${index} ${kind} ${severity}`)
  }
  return { said, notices, reasons, host: state.hosts['web-1'], state }
}

describe('what a custom check finds', () => {
  it('fires at once, stays while it is found, and is resolved when it has been gone for the time of keep firing', () => {
    const { said, notices, reasons } = minutes([{}, { findings: [queue] }, { findings: [queue] }, {}, {}, {}])
    expect(said).toEqual([
      '1 queue warning ok > firing',
      '3 queue warning firing > recovering',
      '5 queue warning recovering > ok',
    ])
    expect(reasons).toEqual(['1,200 jobs wait', 'no longer found', 'no longer found'])
    expect(notices).toEqual(['1 firing warning', '5 resolved warning'])
  })

  it('must stand for its window before it fires, if it has one', () => {
    const standing = { findings: [queue] }
    const { said, notices } = minutes([standing, {}, standing, standing, standing], { findingWindowMs: 2 * minuteMs })
    expect(said).toEqual([
      '0 queue warning ok > pending',
      '1 queue warning pending > ok',
      '2 queue warning ok > pending',
      '4 queue warning pending > firing',
    ])
    expect(notices).toEqual(['4 firing warning'])
  })

  it('is an alert for each check and subject, as severe as it was found to be', () => {
    const other = { ...mail, subject: 'mx2' }
    const { said } = minutes([{ findings: [queue, mail, other] }, { findings: [queue, other] }])
    expect(said).toEqual([
      '0 queue warning ok > firing',
      '0 mail: mx1 critical ok > firing',
      '0 mail: mx2 critical ok > firing',
      '1 mail: mx1 critical firing > recovering',
    ])
  })

  it('keeps the severity that it began with, through to the mail that says it is over', () => {
    const { said } = minutes([{ findings: [mail] }, { findings: [{ ...mail, severity: 'warning' }] }, {}])
    expect(said.map((one) => one.split(' ')[3])).toEqual(['critical', 'critical'])
  })

  it('is without data, and not over, where its own check could not be run', () => {
    const { said, reasons, notices } = minutes([{ findings: [mail, queue] }, notRun, {}])
    expect(said).toEqual([
      '0 mail: mx1 critical ok > firing',
      '0 queue warning ok > firing',
      '1 mail: mx1 critical firing > no-data',
      '1 queue warning firing > recovering',
      '2 mail: mx1 critical no-data > recovering',
    ])
    expect(reasons[2]).toBe('watchMail could not be run: connection refused')
    expect(notices).toEqual(['0 firing critical', '0 firing warning'])
  })

  it('goes on firing under the same incident when its check can be run again and finds it still', () => {
    const { said, notices } = minutes([{ findings: [mail] }, notRun, { findings: [mail] }])
    expect(said[2]).toBe('2 mail: mx1 critical no-data > firing')
    expect(notices).toEqual(['0 firing critical'])
  })

  it('is without data while the host is silent, and after its agent was stopped', () => {
    const silent = minutes([{ findings: [mail] }, ...Array<Minute>(8).fill('silent')])
    expect(silent.said.at(-1)).toMatch(/mail: mx1 critical firing > no-data$/)
    const stopped = minutes([{ findings: [mail] }, 'goodbye'])
    expect(stopped.said.at(-1)).toBe('1 mail: mx1 critical firing > no-data')
    expect(stopped.notices).toEqual(['0 firing critical'])
  })

  it('keeps nothing of an alert that is over', () => {
    const { host } = minutes([{ findings: [mail] }, {}, {}, {}])
    expect(host).toMatchObject({ alerts: {} })
    expect(host).not.toHaveProperty('found')
  })

  it('never stands in for a rule, whatever it is called', () => {
    const named = ['cpu', 'host-down', 'disk|/', '__proto__', 'constructor'].map((check) => ({ ...queue, check }))
    const { said, host } = minutes([{ findings: named }, {}])
    expect(said.slice(0, 5)).toEqual(named.map(({ check }) => `0 ${check} warning ok > firing`))
    expect(Object.keys(host?.alerts ?? {})).toEqual(named.map(({ check }) => `finding|${check}`))
  })

  it('opens so many alerts of a host and no more, however its subjects change, and says so', () => {
    const told = Array.from({ length: 6 }, (_, index) => ({
      findings: Array.from({ length: 64 }, (_, number) => ({ ...queue, subject: `job ${index} ${number}` })),
      unavailable: { 'check:queue': 'too many findings' },
    }))
    const { host } = minutes(told)
    expect(Object.keys(host?.alerts ?? {})).toHaveLength(limits.findingAlertsPerHost)
    expect(host?.findings).toMatchObject([{ kind: 'too-many-findings' }])
  })

  it('is one alert where it is found twice, as severe as the worse of them', () => {
    const { said } = minutes([{ findings: [queue, { ...queue, severity: 'critical' }] }])
    expect(said).toEqual(['0 queue critical ok > firing'])
  })
})
