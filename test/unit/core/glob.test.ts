import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesGlob } from '../../../core/glob.ts'

test.each([
  ['nginx', 'nginx', true],
  ['nginx', 'nginx2', false],
  ['nginx*', 'nginx', true],
  ['nginx*', 'nginx-worker', true],
  ['*sql*', 'mysqld', true],
  ['?ysqld', 'mysqld', true],
  ['mysql?', 'mysql', false],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a.c', 'abc', false],
  ['(sd-pam)', '(sd-pam)', true],
  ['*b', 'a\nb', true],
  ['?', '🐘', true],
  ['*a', '*a', true],
  ['Nginx', 'nginx', false],
])('%j against %j: %s', (glob, name, expected) => {
  expect(matchesGlob(glob, name)).toBe(expected)
})

test('agrees with the regular expression that says the same', () => {
  const short = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((letters) => letters.join(''))
  fc.assert(
    fc.property(short, short, (glob, name) => {
      const regular = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
      expect(matchesGlob(glob, name)).toBe(regular.test(name))
    }),
  )
})

test('a hostile glob is answered at once', () => {
  const started = process.cpuUsage()
  expect(matchesGlob('*a'.repeat(100).concat('b'), 'a'.repeat(256))).toBe(false)
  expect(process.cpuUsage(started).user).toBeLessThan(500_000)
})
