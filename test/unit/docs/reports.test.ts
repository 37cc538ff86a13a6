import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { eventSchema, parseRequest } from '../../../functions/report/handler.ts'

const page = readFileSync(new URL('../../../docs/reports.md', import.meta.url), 'utf8')

describe('the page about reports', () => {
  it('names each field of the event, and no other', () => {
    const fields = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
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
})
