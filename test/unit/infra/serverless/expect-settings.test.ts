import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import VitalsPlugin from '../../../../infra/serverless/plugin.mjs'

const root = join(import.meta.dirname, '..', '..', '..', '..')
afterEach(() => {
  vi.unstubAllEnvs()
})

/** As the stack has them when the shell says nothing but who mails and who is mailed. */
const complete = {
  MONITOR_BUCKET: { 'Fn::Sub': `s3://\${VitalsBucket}` },
  MONITOR_CPU_THRESHOLD: '',
  MONITOR_MAIL: 'ses',
  MONITOR_MAIL_FROM: 'vitals@example.com',
  MONITOR_MAIL_TO: 'ops@example.com',
  MONITOR_SMTP_URL: '',
}

/** What the framework does before it deploys a stack, and before it deploys one function. */
const hooks = ['before:deploy:deploy', 'before:deploy:function:initialize'] as const

function deploy(changes: object, hook: (typeof hooks)[number] = hooks[0]): void {
  const service = { provider: { environment: { ...complete, ...changes } } }
  new VitalsPlugin({ service, serviceDir: root, classes: { Error } }, {}, { log: {} }).hooks[hook]()
}

describe('what is deployed', () => {
  it.each([
    ['mails by SES', {}],
    ['mails by a server', { MONITOR_MAIL: 'smtp', MONITOR_SMTP_URL: 'smtp://mail.example.com' }],
    ['mails by a server, since one is given', { MONITOR_MAIL: '', MONITOR_SMTP_URL: 'smtp://mail.example.com' }],
    ['asks itself for mails as files', { MONITOR_MAIL: 'file', MONITOR_MAIL_TO: '' }],
  ])('may be what %s', (_, changes) => {
    expect(() => deploy(changes)).not.toThrow()
  })

  it.each([
    [{ MONITOR_MAIL_FROM: '', MONITOR_MAIL_TO: '' }, /^MONITOR_MAIL_FROM and MONITOR_MAIL_TO are not set: say who/],
    [{ MONITOR_MAIL_TO: '' }, /^MONITOR_MAIL_TO is not set: say who .* MONITOR_MAIL_TO=ops@example\.com npx/],
    [
      { MONITOR_MAIL: 'smtp', MONITOR_SMTP_URL: 'smtp://mail.example.com', MONITOR_MAIL_TO: '' },
      /^MONITOR_MAIL_TO is not set/,
    ],
    [{ MONITOR_MAIL: '' }, /^MONITOR_MAIL is empty, .*: expected ses or smtp, or none, which is ses$/],
    [{ MONITOR_MAIL: 'smtp' }, /MONITOR_MAIL=smtp: expected MONITOR_SMTP_URL beside it/],
    [{ MONITOR_MAIL: 'sse' }, /MONITOR_MAIL=sse: expected ses/],
    [
      { MONITOR_CPU_THRESHOLD: 'high', MONITOR_MAIL_TO: '' },
      /MONITOR_CPU_THRESHOLD=high: expected .*MONITOR_MAIL_TO is not set/s,
    ],
  ])('is refused with %o', (changes, expected) => {
    for (const hook of hooks) expect(() => deploy(changes, hook)).toThrow(expected)
  })

  it('is refused with a vitals.yml that functions would refuse', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'vitals-deploy-')), 'vitals.yml')
    writeFileSync(path, 'rules:\n  - { id: a, metric: cpu.procent, threshold: 80 }\n')
    expect(() => deploy({ MONITOR_VITALS_FILE: path })).toThrow(
      `${path}:2:22: rules[0].metric: "cpu.procent": expected a metric`,
    )
    rmSync(dirname(path), { recursive: true })
    expect(() => deploy({ MONITOR_VITALS_FILE: path })).toThrow('expected a file that can be read')
  })

  it('is refused with receivers that no function can have, or whose secrets the shell does not have', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'vitals-deploy-')), 'vitals.yml')
    const receivers = [
      '{ name: pager, type: webhook, url: "https://pager.example.com", secret: "env:NO_SUCH_SECRET" }',
      '{ name: script, type: command, command: [/bin/true] }',
      '{ name: files, type: file, directory: mails }',
    ]
    writeFileSync(path, `receivers:\n${receivers.map((one) => `  - ${one}\n`).join('')}`)
    expect(() => deploy({ MONITOR_VITALS_FILE: path })).toThrow(
      [
        'receiver pager of vitals.yml: NO_SUCH_SECRET is not set in the environment',
        'receiver script of vitals.yml: a function runs no programs: expected a receiver of type mail, webhook or sns',
        'receiver files of vitals.yml: nobody reads the files of a function: expected a receiver of type mail, webhook or sns',
      ].join('\n'),
    )
    rmSync(dirname(path), { recursive: true })
  })

  it('is refused where the shell misspells a setting, which nobody would read', () => {
    vi.stubEnv('MONITOR_CPU_TRESHOLD', '70')
    expect(() => deploy({})).toThrow(
      /MONITOR_CPU_TRESHOLD=70: expected a setting that exists; is MONITOR_CPU_THRESHOLD meant\?/,
    )
  })
})
