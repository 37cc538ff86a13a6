/** What the functions of a stack have said of themselves, after their part of the story. */
import { expect } from 'vitest'
import { readLogGroup } from './lambda/log-group.ts'

type Line = Record<string, unknown>

/** Lines of JSON; Lambda has lines of its own between them. */
async function linesOf(url: string, group: string): Promise<Line[]> {
  const lines = await readLogGroup(url, group)
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line)
}

/** Of which request and run each was, why one failed, and how each function fared. */
export async function expectLogs({ url, stack, host }: { url: string; stack: string; host: string }): Promise<void> {
  const of = (name: string) => linesOf(url, `/aws/lambda/${stack}-${name}`)
  const evaluate = await of('evaluate')
  const [committed] = evaluate.filter(({ event }) => event === 'committed')
  expect(committed).toMatchObject({
    level: 'info',
    function: 'evaluate',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    shard: 'all',
    run: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  const firing = { event: 'alert is firing', level: 'warn', host, rule: 'cpu', shard: 'all' }
  expect(evaluate).toContainEqual(expect.objectContaining({ ...firing, reason: expect.stringContaining('CPU') }))
  const failed = { event: 'the run failed', level: 'error', reason: expect.stringContaining('nowhere') }
  expect(evaluate).toContainEqual(expect.objectContaining({ ...failed, stack: expect.stringContaining('index.mjs') }))
  const ofThatRun = evaluate.find((line) => '_aws' in line && line.requestId === committed?.requestId)
  expect(ofThatRun).toMatchObject({ service: stack, outcome: 'well', AgentDataAge: expect.any(Number) })
  for (const [name, figure] of [
    ['evaluate', 'SnapshotsTaken'],
    ['notify', 'NoticesTold'],
    ['report', 'ReportsMade'],
  ] as const) {
    const told = (await of(name)).map((line) => Number(line[figure] ?? 0))
    expect(Math.max(...told), figure).toBeGreaterThan(0)
  }
  expect(await of('rollup')).toContainEqual(expect.objectContaining({ RollupBehind: 0, service: stack }))
}
