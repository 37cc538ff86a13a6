import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../adapters/config/file.ts'
import { eventSchema, parseRequest } from '../../../functions/report/handler.ts'
import { makeSettings } from '../../make.ts'

const page = readFileSync(new URL('../../../docs/reports.md', import.meta.url), 'utf8')

const [event = ''] = /## By its function.*?\n## /s.exec(page) ?? []

describe('the page about reports', () => {
  it('names each field of the event, and no other', () => {
    const fields = [...event.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    expect(fields).toEqual(Object.keys(eventSchema.entries))
  })

  it('has events that are taken', () => {
    const events = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => JSON.parse(text) as unknown)
    expect(events).toHaveLength(2)
    for (const event of events) {
      expect(v.is(v.strictObject(eventSchema.entries), event)).toBe(true)
      expect(parseRequest(event, Date.UTC(2026, 2, 2))).toMatchObject({ period: { fromMs: expect.any(Number) } })
    }
  })

  it('has schedules that are taken, and names each of their fields', async () => {
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
    const path = join(await mkdtemp(join(tmpdir(), 'vitals-schedules-')), 'vitals.yml')
    await writeFile(path, text)
    const { schedules } = await readConfig(path, makeSettings())
    expect(schedules?.map(({ name, every }) => [name, every])).toEqual([
      ['ops', 'day'],
      ['web-team', 'week'],
      ['management', 'month'],
    ])
    for (const field of schedules?.flatMap((one) => Object.keys(one)) ?? []) expect(page).toContain(`\`${field}\``)
    await rm(dirname(path), { recursive: true })
  })
})
