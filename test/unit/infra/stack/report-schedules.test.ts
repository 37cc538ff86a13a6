import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import type { Resource } from './package-stack.ts'

const require = createRequire(import.meta.url)
const reportSchedules = require('../../../../infra/stack/report-schedules.cjs') as () => {
  Resources: Record<string, Resource>
}

const directory = mkdtempSync(join(tmpdir(), 'vitals-schedules-'))
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(directory, { recursive: true }))

/** Of a deployment beside that vitals.yml. */
function resourcesWith(text: string): Record<string, Resource> {
  const path = join(directory, 'vitals.yml')
  writeFileSync(path, text)
  vi.stubEnv('MONITOR_VITALS_FILE', path)
  try {
    return reportSchedules().Resources
  } finally {
    rmSync(path)
  }
}

it('Scheduler, its group and its role are not made where no report is scheduled', () => {
  expect(resourcesWith('schedules: []\n')).toEqual({})
})

it('a schedule keeps its name in the stack wherever it stands in the file, and a changed one is another', () => {
  const ops = '  - { name: ops, every: day, to: [ops@example.com] }\n'
  const boss = '  - { name: boss, every: week, to: [boss@example.com] }\n'
  const one = Object.keys(resourcesWith(`schedules:\n${ops}${boss}`))
  const other = Object.keys(resourcesWith(`schedules:\n${boss}${ops}`))
  expect(other.toSorted()).toEqual(one.toSorted())
  const changed = Object.keys(resourcesWith(`schedules:\n${ops.replace('day,', 'day, at: "06:00",')}${boss}`))
  expect(changed.filter((name) => !one.includes(name))).toHaveLength(1)
})
