/** What README and docs/cost.md tell of money is what the model says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { monthlyCost, shardsFor, usualLoad } from '../../../core/cost/model.ts'
import { usEast1 } from '../../../core/cost/prices.ts'
import { costTable, dollarsText } from '../../../core/cost/table.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const costOf = (hosts: number) => monthlyCost({ ...usualLoad, hosts, shards: shardsFor(hosts) })

/** Between two comments. */
function part(text: string, name: string): string {
  return text.split(`<!-- ${name} -->\n`)[1]?.split(`<!-- /${name} -->`)[0] ?? `there is no part ${name}`
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return [line(head), `|${head.map(() => '---|').join('')}\n`, ...rows.map(line)].join('')
}

test('docs/cost.md has the sums of five fleets', () => {
  const fleets = [1, 10, 100, 1_000, 100_000].map((hosts) => ({ hosts, cost: costOf(hosts) }))
  expect(part(read('docs/cost.md'), 'table')).toBe(markdown(costTable(fleets)))
})

test('docs/cost.md has each price, its page, and what it was read from', () => {
  const rows = Object.entries(usEast1).map(([name, { dollars, per, unit, page, from, asOf }]) => [
    `\`${name}\``,
    `$${dollars.toLocaleString('en', { maximumFractionDigits: 10 })}`,
    `${per.toLocaleString('en')} ${unit}`,
    page,
    `${from}, ${asOf}`,
  ])
  const head = ['name', 'dollars', 'for', 'of AWS', 'read from, as of']
  expect(part(read('docs/cost.md'), 'prices')).toBe(markdown([head, ...rows]))
})

test('the README has the sums of four fleets', () => {
  const rows = [1, 10, 100, 1_000].map((hosts) => {
    const { dollars, areas } = costOf(hosts)
    const title = `${hosts.toLocaleString('en')} ${hosts === 1 ? 'host' : 'hosts'}`
    return [title, dollarsText(dollars), dollarsText(areas.requests)]
  })
  expect(read('README.md')).toContain(markdown([['hosts', 'all', 'of that requests to S3'], ...rows]))
})

test('docs/cost.md tells from how many hosts on a function would be cut off', () => {
  const [, told = ''] = /from some ([\d,]+) hosts on/.exec(read('docs/cost.md')) ?? []
  const hosts = Number(told.replaceAll(',', ''))
  expect(costOf(hosts * 0.9).tooLong).toEqual([])
  expect(costOf(hosts * 1.1).tooLong.map(({ name }) => name)).toEqual(['evaluate'])
})
