import { expect, it } from 'vitest'
import { byName } from '../../../../core/view/names.ts'

it('sorts as people do: by the number in a name, and the same for everybody', () => {
  expect(['web-10', 'Web-2', 'db-1', 'web-2', 'web-1'].toSorted(byName)).toEqual([
    'db-1',
    'web-1',
    'web-2',
    'Web-2',
    'web-10',
  ])
  expect(byName('a', 'a')).toBe(0)
})
