import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../../../cli/options.ts'
import { matchOptions, readIncident, readMatch, readSaid, readSpan, saidOptions } from '../../../../cli/silence/read.ts'
import { silenceLines } from '../../../../cli/silence/text.ts'
import { noControl, type Silence } from '../../../../core/telling/control.ts'
import { minuteMs, startMs } from '../../../make.ts'

const time = { value: 'TIME', meaning: '' }
const table = { ...matchOptions, ...saidOptions, for: time, from: time, until: time }
const parse = (...args: string[]) => parseOptions(args, table)
const now = { nowMs: startMs, timeZone: 'Europe/Berlin' }

describe('what is to be silent', () => {
  it('is all that the options say', () => {
    const args = ['--host', 'web-*', '--host', 'db-1', '--tag', 'env=prod', '--rule', 'disk*', '--severity', 'warning']
    expect(readMatch(parse(...args, '--entity', '/var', '--incident', '#0a1b2c3d4e5f'))).toEqual({
      severity: 'warning',
      hosts: ['web-*', 'db-1'],
      tags: ['env=prod'],
      rules: ['disk*'],
      entities: ['/var'],
      incident: '0a1b2c3d4e5f',
    })
  })

  it.each([
    [[], /expected one of --host, --tag.*everything: --host '\*'/],
    [['--severity', 'high'], /--severity high: expected warning or critical/],
    [['--tag', 'prod'], /--tag prod: expected KEY=GLOB/],
    [['--incident', 'x'], /--incident x: expected an incident, 12 hex digits/],
  ])('is refused as %j', (args, message) => {
    expect(() => readMatch(parse(...args))).toThrow(message)
  })

  it('is for a time from now, or until one of the time zone', () => {
    expect(readSpan(parse('--for', '90m'), now)).toEqual({ fromMs: startMs, untilMs: startMs + 90 * minuteMs })
    expect(readSpan(parse('--from', '2026-03-01T20:00', '--for', '1h'), now)).toEqual({
      fromMs: Date.UTC(2026, 2, 1, 19),
      untilMs: Date.UTC(2026, 2, 1, 20),
    })
    expect(readSpan(parse('--until', '2026-03-02'), now).untilMs).toBe(Date.UTC(2026, 2, 1, 23))
    expect(() => readSpan(parse(), now)).toThrow('for how long?')
    expect(() => readSpan(parse('--for', '1h', '--until', '2026-03-02'), now)).toThrow('not both')
  })

  it('is said by this user of this host, unless another is named', () => {
    expect(readSaid(parse('--by', 'eve', '--comment', 'a new disk'), { host: 'web-1' })).toEqual({
      by: 'eve',
      comment: 'a new disk',
    })
    expect(readSaid(parse(), { host: 'web-1' }).by).toMatch(/.@web-1$/)
  })

  it('is an incident as its subject has it', () => {
    expect(readIncident('#0a1b2c3d4e5f')).toBe('0a1b2c3d4e5f')
  })
})

describe('the list', () => {
  const silence = (rest: Partial<Silence>): Silence => ({
    id: '0a1b2c3d',
    match: { hosts: ['web-*', 'db-*'], tags: ['env=prod', 'role=db'] },
    fromMs: startMs,
    untilMs: startMs + 60 * minuteMs,
    by: 'root@web-1',
    comment: '',
    createdAtMs: startMs,
    ...rest,
  })

  it('has what holds now first, with who said why, as printable lines', () => {
    const control = {
      ...noControl,
      silences: [
        silence({ id: '00000001', expiredAtMs: startMs - 1, match: { severity: 'critical' } }),
        silence({ id: '00000002', fromMs: startMs + minuteMs, comment: 'a new\u001b[2J disk' }),
        silence({}),
      ],
      acks: [{ incident: '0a1b2c3d4e5f', untilMs: startMs + minuteMs, by: 'eve', comment: 'at it', atMs: startMs }],
    }
    expect(silenceLines(control, { nowMs: startMs, timeZone: 'UTC' })).toEqual([
      '0a1b2c3d  active   host web-* or db-*, tag env=prod and role=db, until 2026-03-01 13:00 UTC',
      '          root@web-1',
      '00000002  pending  host web-* or db-*, tag env=prod and role=db, from 2026-03-01 12:01 UTC until 2026-03-01 13:00 UTC',
      '          root@web-1: a new\ufffd[2J disk',
      '00000001  over     critical, until 2026-03-01 11:59 UTC',
      '          root@web-1',
      '#0a1b2c3d4e5f  acknowledged until 2026-03-01 12:01 UTC',
      '          eve: at it',
    ])
  })

  it('says when there is nothing', () => {
    expect(silenceLines(noControl, { nowMs: startMs, timeZone: 'UTC' })).toEqual([
      'Nothing is silenced, and nothing acknowledged.',
    ])
  })
})
