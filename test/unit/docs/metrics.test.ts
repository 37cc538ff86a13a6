import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { hostFactsSchema, snapshotSchema } from '../../../core/snapshot.ts'
import { schemaValues } from '../../contract/snapshot-values.ts'

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')

/**
 * The values that the first cells of the page's tables name. A cell says the whole path once and then goes on with what
 * differs at its end: `disks[].totalBytes`, `usedBytes`. `cpu.pressure.*` is all below it.
 */
const named = page.split('\n').flatMap((line) => {
  const [, cell = '', , source = ''] = line.split('|')
  const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replaceAll('[]', ''))
  if (names.length > 0 && !cell.startsWith(' facts')) expect(source.trim(), `${cell}: a source`).not.toBe('')
  const whole = names[0] ?? ''
  const parent = whole.slice(0, whole.lastIndexOf('.') + 1)
  return names.map((name, at) => (at === 0 ? name : parent + name))
})

const isNamed = (value: string) =>
  named.some((name) => name === value || (name.endsWith('.*') && value.startsWith(name.slice(0, -1))))

it('every value that a snapshot may hold stands in the page, with its source', () => {
  const values = schemaValues(snapshotSchema).filter((value) => value !== 'kind' && value !== 'unavailable')
  expect(values.length).toBeGreaterThan(110)
  expect(values.filter((value) => !isNamed(value))).toEqual([])
})

it('every fact of a host stands there, but for the tags that its owner gives it', () => {
  const facts = page.split('\n').filter((line) => line.startsWith('| facts'))
  const values = schemaValues(hostFactsSchema).filter((value) => value !== 'tags')
  expect(values.filter((value) => !facts.some((line) => line.includes(`\`${value}\``)))).toEqual([])
})

it('nothing stands there that no snapshot can hold', () => {
  const values = schemaValues(snapshotSchema)
  const facts = schemaValues(hostFactsSchema)
  const isReal = (name: string) =>
    facts.includes(name) || values.some((value) => value === name || value.startsWith(name.replace(/\*$/, '')))
  expect(named.filter((name) => !isReal(name))).toEqual([])
})
