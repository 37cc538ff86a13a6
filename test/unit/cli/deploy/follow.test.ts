import { expect, it, test } from 'vitest'
import type { StackEvent } from '../../../../adapters/deployment/stack.ts'
import { followStack } from '../../../../cli/deploy/follow.ts'

type Told = [resource: string, status: string, reason?: string]

/** CloudFormation says so many of `told` each time that it is asked, and the framework ends with `end`. */
async function follow(pages: readonly Told[][], end: () => void = () => {}): Promise<string[]> {
  const progress: string[] = []
  let asked = 0
  let finish = () => {}
  const acting = new Promise<void>((resolve) => {
    finish = resolve
  })
  const readEvents = async (): Promise<StackEvent[]> => {
    const told = pages.slice(0, asked + 1).flat()
    asked += 1
    return told.map(([resource, status, reason], at) => ({
      ...{ id: `${at}`, atMs: at, resource, type: 'T', status },
      ...(reason === undefined ? {} : { reason }),
    }))
  }
  const sleep = async () => {
    if (asked >= pages.length) finish()
    // The framework that has ended is heard before the next look.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await followStack({
    ...{ stack: 'vitals-prod', total: 12, readEvents, clock: { now: () => 0, sleep } },
    onProgress: (text) => progress.push(text),
    act: () => acting.then(end),
  })
  return progress
}

test('tells how many resources are done, and one that is being made; what was before is no progress', async () => {
  const progress = await follow([
    [
      ['Old', 'CREATE_COMPLETE'],
      ['vitals-prod', 'CREATE_COMPLETE'],
    ],
    [
      ['vitals-prod', 'UPDATE_IN_PROGRESS'],
      ['A', 'CREATE_IN_PROGRESS'],
    ],
    [
      ['A', 'CREATE_COMPLETE'],
      ['B', 'CREATE_IN_PROGRESS'],
    ],
    [['B', 'CREATE_COMPLETE']],
  ])
  expect(progress).toEqual(['0 of 12 resources; A …', '1 of 12 resources; B …', '2 of 12 resources …'])
})

it('says what failed and why, and not what was cancelled by that', async () => {
  const failing = follow(
    [
      [['Before', 'CREATE_FAILED', 'of another deployment']],
      [
        ['A', 'CREATE_COMPLETE'],
        ['B', 'CREATE_FAILED', 'the name is taken'],
        ['C', 'CREATE_FAILED', 'Resource creation cancelled'],
      ],
    ],
    () => {
      throw new Error('the framework failed')
    },
  )
  await expect(failing).rejects.toThrow('vitals-prod: CloudFormation says:\n  B (T): CREATE_FAILED: the name is taken')
})

it('says what the framework says where CloudFormation has nothing to say', async () => {
  const failing = follow([[], []], () => {
    throw new Error('no such region')
  })
  await expect(failing).rejects.toThrow('no such region')
})
