import { expect, it } from 'vitest'
import { alertName, findingEntity } from '../../../../core/alerts/finding.ts'

it.each([
  [{ rule: 'disk', entity: '/var' }, 'disk /var'],
  [{ rule: 'host-down', entity: '' }, 'host-down'],
  [{ rule: 'finding', entity: findingEntity({ check: 'queue' }) }, 'queue'],
  [{ rule: 'finding', entity: findingEntity({ check: 'queue', subject: 'orders' }) }, 'queue: orders'],
])('%j is called %s', (alert, name) => {
  expect(alertName(alert)).toBe(name)
})
