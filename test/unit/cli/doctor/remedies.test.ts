import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { remedies } from '../../../../cli/doctor/remedies.ts'

it('each finding stands in docs/doctor.md with its cause and remedy, and no other does', () => {
  const documented = readFileSync('docs/doctor.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| [a-z-]+ \| (warning|problem|unknown) \|/.test(line))
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const known = Object.entries(remedies).map(
    ([name, { outcome, cause, remedy }]) => `| ${name} | ${outcome} | ${cell(cause)} | \`${cell(remedy)}\` |`,
  )
  expect(documented).toEqual(known)
})
