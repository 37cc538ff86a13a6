import { expect, test } from 'vitest'
import { createLambdaFigures } from '../../../../adapters/lambda/figures.ts'

function figuresOf() {
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text) }
  return { figures: createLambdaFigures({ of: 'evaluate', stack: 'vitals-prod', stream }), written }
}

test('a run is one line that CloudWatch takes figures from, with one dimension', () => {
  const { figures, written } = figuresOf()
  figures.count('SnapshotsTaken', 12)
  figures.gauge('AgentDataAge', 'all', 61.5)
  figures.publish({ function: 'evaluate', requestId: 'r-1', durationMs: 42 })
  expect(written).toHaveLength(1)
  expect(written[0]).toMatch(/^[^\n]+\n$/)
  const line = JSON.parse(written[0] ?? '')
  expect(line._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'Vitals',
      Dimensions: [['service']],
      Metrics: [
        { Name: 'SnapshotsTaken', Unit: 'Count' },
        { Name: 'LostCommits', Unit: 'Count' },
        { Name: 'AgentDataAge', Unit: 'Seconds' },
      ],
    },
  ])
  expect(line).toMatchObject({
    service: 'vitals-prod',
    function: 'evaluate',
    requestId: 'r-1',
    durationMs: 42,
    SnapshotsTaken: 12,
    LostCommits: 0,
    AgentDataAge: 61.5,
  })
})

test('the next run has nothing of the one before', () => {
  const { figures, written } = figuresOf()
  figures.count('LostCommits', 3)
  figures.gauge('AgentDataAge', 'all', 61.5)
  figures.publish({ requestId: 'r-1', shard: 'all' })
  figures.publish({ requestId: 'r-2' })
  const line = JSON.parse(written[1] ?? '')
  expect(line).toMatchObject({ requestId: 'r-2', LostCommits: 0 })
  expect(Object.keys(line)).not.toContain('shard')
  expect(Object.keys(line)).not.toContain('AgentDataAge')
})
