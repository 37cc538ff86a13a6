import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeWorkplace, start, until, type Workplace } from './vitals.ts'

let workplace: Workplace
let config: string

beforeEach(async () => {
  workplace = await makeWorkplace()
  config = join(workplace.directory, 'agent.conf')
  workplace.env.MONITOR_CONFIG = config
})
afterEach(() => workplace.clear())

it.each(['agent', 'up'])(
  'vitals %s reads its settings again at a hang-up, and refuses wrong ones whole',
  async (command) => {
    writeFileSync(config, '# rarely\nMONITOR_INTERVAL=3600\n')
    const child = start([command], workplace)
    const log = join(workplace.directory, 'logs', 'system_metrics.log')
    const logged = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0)
    const told = (event: string) => until(event, () => child.events.find((one) => one.event === event), { child })
    await until('the first snapshot', () => logged() === 1, { child })

    writeFileSync(config, 'MONITOR_INTERVAL=1\nMONITOR_HOST=web-9\n')
    renameSync(log, `${log}.moved`)
    child.signal('SIGHUP')
    expect(await told('the settings were read again')).toMatchObject({ changed: 'MONITOR_INTERVAL' })
    await until('snapshots each second in a new log', () => logged() >= 3, { child })

    writeFileSync(config, 'MONITOR_INTERVAL=never\nMONITOR_BATCHES=2\n')
    child.signal('SIGHUP')
    const refused = await told('the settings that were read again are wrong; those before hold on')
    expect(refused.reason).toContain('2 settings are wrong')
    expect(refused.reason).toContain(
      `${config}:2 MONITOR_BATCHES=2: expected a setting that exists; is MONITOR_BATCH meant?`,
    )
    const before = logged()
    await until('more snapshots', () => logged() >= before + 2, { child })

    child.signal('SIGTERM')
    expect(await child.ended).toBe(0)
  },
)
