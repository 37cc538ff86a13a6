/** What vitals.yml says, what is wrong with it, and whether it does what was meant: the commands, on real files. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkplace, run, startUp, until, type Workplace } from './vitals.ts'

let workplace: Workplace
beforeEach(async () => {
  workplace = await makeWorkplace({ MONITOR_INTERVAL: '1', MONITOR_EVALUATE_INTERVAL: '1', MONITOR_TAGS: 'role=web' })
})
afterEach(() => workplace.clear())

const write = (name: string, text: string) => writeFile(join(workplace.directory, name), text)

const config = `rules:
  - { id: load, metric: load1, threshold: 100000, where: { tags: [role=web] } }
overrides:
  - { rule: cpu, where: { tags: [role=batch] }, set: { threshold: 95 } }
`

describe('vitals rules', () => {
  it('check fails with all problems of a file, and passes without any', async () => {
    await write('other.yml', 'rules:\n  - { id: a, metric: cpu.procent, threshold: 80 }\nroutes: [{ to: [nobody] }]\n')
    const bad = await run(['rules', 'check', 'other.yml'], workplace)
    expect(bad.code).toBe(1)
    expect(bad.output).toContain(
      'other.yml:2:22: rules[0].metric: "cpu.procent": expected a metric that exists; is cpu.percent meant?',
    )
    expect(bad.output).toContain('other.yml:3:17: routes[0].to[0]: "nobody": expected a receiver: default')
    await write('vitals.yml', config)
    const good = await run(['rules', 'check', '--json'], workplace)
    expect(good.code).toBe(0)
    expect(JSON.parse(good.output)).toMatchObject({ file: 'vitals.yml', overrides: 1, problems: [] })
  })

  it('check and explain know the hosts of the bucket, and vitals up keeps to the rules', async () => {
    await write('vitals.yml', config.replace('threshold: 100000', 'op: ">=", threshold: 0'))
    const up = await startUp(workplace)
    await until('an alert by the rule', async () => (await run(['status'], workplace)).output.includes('load'), {
      child: up,
    })
    up.signal('SIGTERM')
    await up.ended
    const checked = await run(['rules', 'check'], workplace)
    expect(checked.code).toBe(1)
    expect(checked.output).toContain(
      'vitals.yml:2:53: rules[0].threshold: 0: expected a value that is crossed now and then: load1 is 0 or more, so this is always',
    )
    expect(checked.output).toContain('vitals.yml:4:18: overrides[0].where: expected a host that the bucket knows')
    const explained = await run(['rules', 'explain'], workplace)
    expect(explained.output).toContain('web-1: role=web (as the bucket has them)')
    expect(explained.output).toMatch(/^load: load1 {2}\(vitals\.yml:2\)$/m)
    expect(explained.output).toMatch(/^ {2}threshold +80 +default \(MONITOR_CPU_THRESHOLD\)$/m)
    const batch = await run(['rules', 'explain', '--host', 'b', '--tag', 'role=batch', '--json'], workplace)
    const { rules } = JSON.parse(batch.output)
    expect(rules.find(({ id }: { id: string }) => id === 'load')).toMatchObject({ is: 'off', by: 'vitals.yml:2' })
    expect(rules.find(({ id }: { id: string }) => id === 'cpu').fields).toContainEqual({
      key: 'threshold',
      value: '95',
      from: 'vitals.yml:4',
    })
  })

  it('explain tells where a setting was said', async () => {
    await write('agent.conf', 'MONITOR_DISK_THRESHOLD=93\n')
    const env = { ...workplace.env, MONITOR_CONFIG: 'agent.conf', MONITOR_CPU_THRESHOLD: '70' }
    const { output } = await run(['rules', 'explain', '--tag', 'a=b'], { ...workplace, env })
    expect(output).toMatch(/^ {2}threshold +70 +MONITOR_CPU_THRESHOLD$/m)
    expect(output).toMatch(/^ {2}threshold +93 +agent\.conf:1 MONITOR_DISK_THRESHOLD$/m)
  })

  it('test passes, or fails with what happened instead', async () => {
    const tests = (to: string) => `rules: vitals.yml
tests:
  - name: load above 100,000
    hosts: { web-1: { tags: { role: web }, series: { load1: "1x2 100001x2" } } }
    expect: [{ at: ${to}, rule: load, to: firing }]
`
    await write('vitals.yml', config)
    await write('good.yml', tests('2m'))
    await write('bad.yml', tests('3m'))
    const good = await run(['rules', 'test', 'good.yml'], workplace)
    expect(good).toMatchObject({ code: 0, output: expect.stringContaining('1 of 1 tests passed') })
    const bad = await run(['rules', 'test', 'bad.yml'], workplace)
    expect(bad.code).toBe(1)
    expect(bad.output).toContain('FAILED  load above 100,000\n  +      2m  web-1 load -> firing (warning): Load')
    expect(bad.output).toContain('\n  -      3m  web-1 load -> firing\n')
    expect((await run(['rules', 'test', 'none.yml'], workplace)).code).toBe(2)
  })
})
