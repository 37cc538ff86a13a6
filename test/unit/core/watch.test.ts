import { expect, test } from 'vitest'
import { watchList } from '../../../core/setting-values.ts'
import { parseWatch } from '../../../core/watch.ts'

test.each([
  ['name:nginx*', { kind: 'name', glob: 'nginx*' }],
  [' name: with spaces ', { kind: 'name', glob: 'with spaces' }],
  ['name:a:b', { kind: 'name', glob: 'a:b' }],
  ['user:postgres', { kind: 'user', user: 'postgres' }],
  ['user:1001', { kind: 'user', user: '1001' }],
  ['pidfile:/run/x y.pid', { kind: 'pidfile', path: '/run/x y.pid' }],
  ['unit:ssh', { kind: 'unit', unit: 'ssh.service' }],
  ['unit:ssh@a:b.service', { kind: 'unit', unit: 'ssh@a:b.service' }],
  ['unit:app.slice', { kind: 'unit', unit: 'app.slice' }],
  ['unit:dev-disk-by\\x2dlabel-x.swap', { kind: 'unit', unit: 'dev-disk-by\\x2dlabel-x.swap' }],
])('%s is read, and keeps its own words', (text, expected) => {
  expect(parseWatch(text)).toEqual({ ok: true, value: { expression: text.trim(), ...expected } })
})

test.each([
  ['nginx', 'name:glob'],
  ['', 'name:glob'],
  [':x', 'name:glob'],
  ['name:', 'name:glob'],
  ['name: ', 'name:glob'],
  ['tty:1', 'name:glob'],
  ['Name:x', 'name:glob'],
  ['constructor:x', 'name:glob'],
  ['user:a b', "a user's name or number"],
  ['pidfile:run/x.pid', 'an absolute path'],
  ['pidfile:/run/\0', 'an absolute path'],
  ['unit:../../secret', 'a unit of systemd'],
  ['unit:.service', 'a unit of systemd'],
  ['unit:nginx*', 'a unit of systemd'],
  [`name:${'x'.repeat(300)}`, 'at most 256 characters'],
])('%j is refused, with what was expected and what was there', (text, expected) => {
  const parsed = parseWatch(text)
  expect(parsed).toMatchObject({ ok: false, expected: expect.stringContaining(expected) })
  expect(parsed).toMatchObject({
    expected: expect.stringContaining(JSON.stringify(text.trim().slice(0, 60)).slice(0, -1)),
  })
})

test('a list names the watch that is wrong, and keeps one of two alike', () => {
  expect(watchList('name:a, user:b ,name:a')).toEqual({ ok: true, value: ['name:a', 'user:b'] })
  expect(watchList('name:a,tty:1,user:b')).toMatchObject({
    ok: false,
    expected: expect.stringContaining('not "tty:1"'),
  })
  expect(watchList('name:a,,user:b').ok).toBe(false)
  const many = Array.from({ length: 65 }, (_, index) => `name:${index}`).join(',')
  expect(watchList(many)).toEqual({ ok: false, expected: 'at most 64 watches' })
})
