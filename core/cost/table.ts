/** The cost of some fleets beside each other, for docs, README and terminals alike. */
import { type Area, areas, type MonthlyCost } from './model.ts'

const titles: Readonly<Record<Area, string>> = {
  requests: 'requests to S3',
  storage: 'bytes in S3',
  functions: 'runs of Lambda',
  alarms: 'alarms of Vitals itself',
  metrics: 'metrics and dashboard of Vitals itself',
  logs: 'logs of functions',
  secrets: 'key that signs links',
  mails: 'mails by SES',
}

export interface Fleet {
  hosts: number
  cost: MonthlyCost
}

/** A head, a row an area, all together, and what a host costs of it. */
export function costTable(fleets: readonly Fleet[]): string[][] {
  const row = (title: string, dollarsOf: (fleet: Fleet) => number) => [
    title,
    ...fleets.map((fleet) => dollarsText(dollarsOf(fleet))),
  ]
  return [
    ['', ...fleets.map(({ hosts }) => `${hosts.toLocaleString('en')} ${hosts === 1 ? 'host' : 'hosts'}`)],
    ...areas.map((area) => row(titles[area], ({ cost }) => cost.areas[area])),
    row('all', ({ cost }) => cost.dollars),
    row('a host', ({ hosts, cost }) => cost.dollars / Math.max(1, hosts)),
  ]
}

/** `$0.06`, `$5,051.20`; what is less than half a cent: `< $0.01`. */
export function dollarsText(dollars: number): string {
  if (dollars > 0 && dollars < 0.005) return '< $0.01'
  return `$${dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** What no price says: that a function would not come to its end. */
export function tooLongText({ tooLong }: MonthlyCost): string[] {
  return tooLong.map(
    ({ name, seconds, timeoutSeconds }) =>
      `a run of ${name} would take some ${Math.round(seconds).toLocaleString('en')} s and has ${timeoutSeconds}: give it more ` +
      `time, 900 s at most, and up to 1,769 MB more memory (functions/${name}/function.yml), or divide the hosts among several stacks`,
  )
}
