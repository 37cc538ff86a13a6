/** Before each file: LocalStack is there. */
import { existsSync, readFileSync } from 'node:fs'
import { inject } from 'vitest'
import { checkHealth } from '../../infra/localstack/health.ts'
import { until } from '../e2e/vitals.ts'

const url = inject('localstackUrl')
const failure = inject('localstackFailure')

if (failure !== '') await until(`LocalStack at ${url}`, isReady, { timeoutMs: 150_000 })

async function isReady(): Promise<boolean> {
  if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'))
  return checkHealth(url, { accepted: ['running'] }).then(
    () => true,
    () => false,
  )
}
