import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { figures } from '../../../core/figures.ts'

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
/** https://aws.amazon.com/cloudwatch/pricing/, first tier, 2026-11. */
const dollarsAMetric = 0.3
const lookedAtAs = { count: 'Sum', sum: 'Maximum', max: 'Maximum', min: 'Minimum' } as const

test('the page has each figure of Vitals itself as it is sent, and no other', () => {
  const rows = page.split('\n').filter((line) => /^\| `[A-Z][A-Za-z]+` \|/.test(line))
  expect(rows).toEqual(
    Object.entries(figures).map(
      ([name, { of, unit, is, meaning }]) => `| \`${name}\` | ${of} | ${unit} | ${lookedAtAs[is]} | ${meaning} |`,
    ),
  )
})

test('the page says what the figures cost', () => {
  const count = Object.keys(figures).length
  expect(page).toContain(`these ${count} cost $${(count * dollarsAMetric).toFixed(2)}`)
})
