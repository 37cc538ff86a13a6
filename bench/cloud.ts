/**
 * The stack on LocalStack: what its bundles weigh, and how long functions take to begin and to run (as processes here: Lambda's
 * own start comes on top).
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeployedStack, deployStack } from '../infra/localstack/deploy.ts'
import { ensureInstalled } from '../infra/localstack/install.ts'
import { startLocalStack } from '../infra/localstack/start.ts'

const root = join(import.meta.dirname, '..')
const functions = ['evaluate', 'notify', 'rollup', 'report'] as const
const warmRuns = 20
const kib = 1_024
const mib = 1_024 ** 2
const targets = { evaluateZipBytes: mib }

export async function benchCloud(): Promise<void> {
  console.log('\ncloud: the stack on LocalStack')
  const directory = mkdtempSync(join(tmpdir(), 'vitals-bench-'))
  const say = (text: string) => console.log(`  ${text}`)
  const python = await ensureInstalled({ env: process.env, say })
  const started = await timed(() => startLocalStack({ python, logPath: join(directory, 'localstack.log') }))
  const { url } = started.result
  try {
    const settings = { MONITOR_MAIL_FROM: 'vitals@example.com', MONITOR_MAIL_TO: 'ops@example.com' }
    const deployed = await timed(() => deployStack({ url, stage: 'bench', settings }))
    say(`LocalStack starts in ${seconds(started.ms)}, serverless deploy takes ${seconds(deployed.ms)}`)
    tellZips(say)
    await tellRuns(deployed.result, say)
    await deployed.result.remove({ withData: true })
  } finally {
    await started.result.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function tellZips(say: (text: string) => void): void {
  const bytes = (name: string) => statSync(join(root, '.serverless', `${name}.zip`)).size
  const sizes = [...functions, 'open'].map((name) => `${name} ${Math.round(bytes(name) / kib)} KiB`)
  say(`zipped: ${sizes.join(', ')} (report with its renderer)`)
  say(`evaluate at most 1 MiB: ${bytes('evaluate') <= targets.evaluateZipBytes ? 'reached' : 'MISSED'}`)
}

async function tellRuns(stack: DeployedStack, say: (text: string) => void): Promise<void> {
  // evaluate first: it lays the bucket out.
  for (const name of functions) {
    const first = (await stack.invoke(name)).log
    const warm: number[] = []
    for (let run = 0; run < warmRuns; run++) warm.push(reported((await stack.invoke(name)).log, 'Duration'))
    const figures = [
      `init ${Math.round(reported(first, 'Init Duration'))} ms`,
      `first ${Math.round(reported(first, 'Duration'))} ms`,
      `warm ${Math.round(warm.toSorted((a, b) => a - b)[warmRuns / 2] ?? Number.NaN)} ms`,
      `at most ${reported(first, 'Max Memory Used')} MB`,
    ]
    say(`${name.padEnd(8)} with nothing to do: ${figures.join(', ')}`)
  }
}

/** Of a REPORT line; not a number where there is none, since the schedule was first. */
function reported(log: string, name: string): number {
  return Number(new RegExp(`\\t${name}: ([\\d.]+)`).exec(log)?.[1] ?? Number.NaN)
}

async function timed<T>(act: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startMs = performance.now()
  const result = await act()
  return { result, ms: performance.now() - startMs }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
