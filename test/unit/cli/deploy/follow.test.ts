import { expect, test } from 'vitest'
import type { StackEvent } from '../../../../adapters/deployment/stack.ts'
import { failureLines, progressText } from '../../../../cli/deploy/follow.ts'

let next = 0
function event(resource: string, status: string, reason?: string): StackEvent {
  next += 1
  return { id: `${next}`, atMs: next, resource, type: 'T', status, ...(reason === undefined ? {} : { reason }) }
}

test('tells how many are done, and one that is being made', () => {
  const events = [
    event('vitals-prod', 'CREATE_IN_PROGRESS'),
    event('A', 'CREATE_IN_PROGRESS'),
    event('A', 'CREATE_COMPLETE'),
    event('B', 'CREATE_IN_PROGRESS'),
  ]
  expect(progressText('vitals-prod', events, 12)).toBe('1 of 12 resources; B …')
  expect(progressText('vitals-prod', [...events, event('B', 'CREATE_COMPLETE')], 12)).toBe('2 of 12 resources …')
})

test('tells what failed and why, and not what was cancelled by that', () => {
  expect(
    failureLines([
      event('A', 'CREATE_COMPLETE'),
      event('B', 'CREATE_FAILED', 'the name is taken'),
      event('C', 'CREATE_FAILED', 'Resource creation cancelled'),
    ]),
  ).toEqual(['  B (T): CREATE_FAILED: the name is taken'])
})
