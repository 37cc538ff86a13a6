import fc from 'fast-check'
import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Check, createChecks } from '../../../../agent/checks/checks.ts'
import { snapshotSchema } from '../../../../core/snapshot.ts'
import { makeSnapshot } from '../../../make.ts'
import { createManualClock, type ManualClock } from '../../functions/notify/manual-clock.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'

const running = new AbortController().signal
let clock: ManualClock
let log: RecordingLog

beforeEach(() => {
  clock = createManualClock()
  log = createRecordingLog()
})

function make(checks: readonly Check[]) {
  return createChecks({ checks, reserved: ['cpu', 'memory', 'disk', 'host-down'], deadlineMs: 2_000, clock, log })
}

function check(run: Check['run'], name = 'queue'): Check {
  return { name, run }
}

const full = { message: 'too many jobs wait', value: 1_200, threshold: 1_000 }

/** What one run makes of a snapshot without anything found. */
async function found(...checks: Check[]) {
  const { snapshot, changes } = await make(checks).apply(makeSnapshot(), running)
  expect(v.safeParse(snapshotSchema, snapshot).issues).toBeUndefined()
  return { findings: snapshot.findings ?? [], unavailable: snapshot.unavailable ?? {}, changes }
}

describe('what a check finds', () => {
  it('travels in the snapshot, under the name of its check where it has none of its own', async () => {
    const { findings, unavailable } = await found(check(() => [full, { ...full, check: 'orders', subject: 'eu' }]))
    expect(findings).toEqual([
      { check: 'queue', severity: 'warning', ...full },
      { check: 'orders', source: 'queue', subject: 'eu', severity: 'warning', ...full },
    ])
    expect(unavailable).toEqual({})
  })

  it('may come later, and may be nothing', async () => {
    expect((await found(check(async () => [full]))).findings).toHaveLength(1)
    expect(await found(check(() => undefined))).toEqual({ findings: [], unavailable: {}, changes: [] })
  })

  it('is told once when it comes and once when it goes', async () => {
    let wrong: object[] = []
    const checks = make([check(() => wrong)])
    const told: string[] = []
    for (const next of [[], [full], [full], []]) {
      wrong = next
      const { changes } = await checks.apply(makeSnapshot(), running)
      told.push(changes.map(({ direction, check: name }) => `${name} ${direction}`).join())
    }
    expect(told).toEqual(['', 'queue found', '', 'queue gone'])
  })

  it('can not have the name of a rule, whose alert there is already', async () => {
    const { findings, unavailable } = await found(check(() => [{ ...full, check: 'cpu' }, full]))
    expect(findings.map(({ check: name }) => name)).toEqual(['queue'])
    expect(unavailable).toEqual({ 'finding:cpu': 'cpu is the name of a rule; a custom check needs another' })
  })
})

describe('a check', () => {
  it('gets a copy: what it does to it is seen by nobody', async () => {
    const spoil = check((snapshot) => {
      snapshot.cpu = {}
      snapshot.disks.length = 0
    }, 'spoil')
    const look = check(({ cpu, disks }) => [{ message: `${cpu.percent} ${disks.length}` }], 'look')
    const { findings } = await found(spoil, look)
    expect(findings.map(({ message }) => message)).toEqual(['10 1'])
  })

  it('that throws is named, once in the log, and the others go on', async () => {
    const checks = make([
      check(() => {
        throw new Error('connection refused')
      }, 'db'),
      check(() => [full]),
    ])
    for (let turn = 0; turn < 3; turn++) {
      const { snapshot } = await checks.apply(makeSnapshot(), running)
      expect(snapshot.unavailable).toEqual({ 'check:db': 'it threw: connection refused' })
      expect(snapshot.findings).toHaveLength(1)
    }
    expect(log.events.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('that hangs is given up at the deadline, and not started again while it hangs', async () => {
    let started = 0
    let answer = (_: unknown) => {}
    const hangs = check(() => {
      started += 1
      return new Promise((resolve) => {
        answer = resolve
      })
    })
    const checks = make([hangs])
    const first = checks.apply(makeSnapshot(), running)
    clock.advance(2_000)
    expect((await first).snapshot.unavailable).toEqual({ 'check:queue': 'it did not answer in 2000 ms' })
    const second = await checks.apply(makeSnapshot(), running)
    expect(second.snapshot.unavailable).toEqual({ 'check:queue': 'its run before has not ended yet' })
    expect(started).toBe(1)
    answer([full])
    await new Promise((resolve) => setImmediate(resolve))
    const third = checks.apply(makeSnapshot(), running)
    answer([full])
    expect((await third).snapshot.findings).toHaveLength(1)
  })

  it('that hangs does not hold up a stop', async () => {
    const stop = new AbortController()
    const applied = make([check(() => new Promise(() => {}))]).apply(makeSnapshot(), stop.signal)
    stop.abort()
    expect((await applied).snapshot.unavailable).toEqual({ 'check:queue': 'the agent is being stopped' })
  })

  it('that could not be run has neither found nor lost what it found before', async () => {
    let fails = false
    const checks = make([
      check(() => {
        if (fails) throw new Error('away')
        return [full]
      }),
    ])
    await checks.apply(makeSnapshot(), running)
    fails = true
    expect((await checks.apply(makeSnapshot(), running)).changes).toEqual([])
    fails = false
    expect((await checks.apply(makeSnapshot(), running)).changes).toEqual([])
  })

  it('that finds 10,000 things has its share taken, and says so', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...full, subject: `job ${index}` }))
    const { findings, unavailable } = await found(
      check(() => many, 'many'),
      check(() => [full]),
    )
    expect(findings).toHaveLength(33)
    expect(findings.at(-1)).toMatchObject({ check: 'queue' })
    expect(unavailable).toEqual({ 'check:many': 'it found 10000 things, of which 32 are taken' })
  })

  it.each<[string, unknown, string]>([
    ['a text', 'all is well', 'it returned "all is well", expected a list'],
    ['a number', 7, 'it returned a value of type number, expected a list'],
    ['true', true, 'it returned a value of type boolean, expected a list'],
    ['an object', {}, 'it returned a value of type object, expected a list'],
    ['texts', ['x'], 'finding 0: expected an object with a message, found "x"'],
    ['nothings', [null], 'finding 0: expected an object with a message, found null'],
    ['a finding without words', [{}], 'finding 0: message: expected a text, found undefined'],
    [
      'an unknown severity',
      [{ message: 'x', severity: 'fatal' }],
      'finding 0: severity: expected warning or critical, found "fatal"',
    ],
    ['an empty name', [{ message: 'x', check: '' }], 'finding 0: check: expected a name, found an empty text'],
  ])('that returns %s is told what was expected', async (_, returned, reason) => {
    const { findings, unavailable } = await found(check(() => returned))
    expect(findings).toEqual([])
    expect(unavailable).toEqual({ 'check:queue': reason })
  })

  it('whose value is no number has none, instead of 0', async () => {
    const { findings } = await found(check(() => [{ message: 'x', value: Number.NaN, threshold: '7' }]))
    expect(findings).toEqual([{ check: 'queue', severity: 'warning', message: 'x' }])
  })

  it('may return or throw anything at all: the snapshot is one that evaluate takes', async () => {
    const hostile = fc.oneof(
      fc.anything(),
      fc.array(
        fc.record(
          {
            check: fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.anything()),
            subject: fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.anything()),
            severity: fc.constantFrom('warning', 'critical', 'none'),
            message: fc.oneof(fc.string({ unit: 'binary', maxLength: 700 }), fc.anything()),
            value: fc.oneof(fc.double(), fc.anything()),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 100 },
      ),
    )
    await fc.assert(
      fc.asyncProperty(hostile, fc.boolean(), async (value, throws) => {
        await found(
          check(() => {
            if (throws) throw value
            return value
          }),
        )
      }),
    )
  })
})
