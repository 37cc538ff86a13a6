/** For how many hosts, and at which prices: what options and settings say of a bill. */
import { readFileSync } from 'node:fs'
import { type Load, monthlyCost, shardsFor, usualLoad } from '../../core/cost/model.ts'
import { type Prices, usEast1, withPrices } from '../../core/cost/prices.ts'
import { type StackFacts, usualStack } from '../../core/cost/stack-facts.ts'
import type { Fleet } from '../../core/cost/table.ts'
import { settings as settingTable } from '../../core/settings.ts'
import { UsageError } from '../errors.ts'
import type { OptionTable, Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'

export const costOptions = {
  hosts: { value: 'N', meaning: 'that send, for the monthly cost; several: 1,10,100; default: 10' },
  interval: { value: 'SECONDS', meaning: 'between their snapshots', setting: settingTable.intervalMs.name },
  batch: {
    value: 'N',
    meaning: 'snapshots that they send together; default: 5',
    setting: settingTable.batchSnapshots.name,
  },
  prices: {
    value: 'FILE',
    meaning: 'dollars of another region as JSON, by the names in docs/cost.md; default: us-east-1',
  },
} as const satisfies OptionTable

export interface Costs {
  fleets: Fleet[]
  /** Other prices than those of us-east-1. */
  given: boolean
}

const usualHosts = '10'
const mostHosts = 10_000_000

export function readCosts(
  parsed: Parsed,
  env: Readonly<Record<string, string | undefined>>,
  stack: StackFacts = usualStack,
): Costs {
  const [said = usualHosts] = parsed.values.hosts ?? []
  const [file] = parsed.values.prices ?? []
  const prices = file === undefined ? usEast1 : readPrices(file)
  const load = readLoad(parsed, env)
  const fleets = said.split(',').map((text): Fleet => {
    const hosts = Number(text)
    if (!Number.isSafeInteger(hosts) || hosts < 0 || hosts > mostHosts || text.trim() === '') {
      throw new UsageError(`--hosts ${said}: expected numbers of hosts, e.g. 10 or 1,10,100`)
    }
    return { hosts, cost: monthlyCost({ shards: shardsFor(hosts), ...load, hosts }, stack, prices) }
  })
  return { fleets, given: file !== undefined }
}

/** `shards` only where a setting says so. */
function readLoad(
  parsed: Parsed,
  env: Readonly<Record<string, string | undefined>>,
): Omit<Load, 'hosts' | 'shards'> & { shards?: number } {
  const said = readSettings(env, parsed)
  const { shards: _, ...usual } = usualLoad
  const isBatchSaid = Boolean(
    parsed.settings[settingTable.batchSnapshots.name] ?? env[settingTable.batchSnapshots.name],
  )
  const {
    keepLogDays: logDays,
    keepHourlyDays: hourlyDays,
    keepDailyDays: dailyDays,
    keepReportsDays: reportsDays,
  } = said
  return {
    ...usual,
    intervalSeconds: said.intervalMs / 1_000,
    // A directory takes them one by one; this is of a bucket in S3.
    batch: isBatchSaid ? said.batchSnapshots : usual.batch,
    keep: { logDays, hourlyDays, dailyDays, reportsDays },
    ...(said.shardCount === undefined ? {} : { shards: said.shardCount }),
  }
}

function readPrices(path: string): Prices {
  try {
    return withPrices(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new UsageError(`--prices ${path}: ${(error as Error).message}`)
  }
}
