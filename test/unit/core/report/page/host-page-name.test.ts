import fc from 'fast-check'
import { expect, it } from 'vitest'
import { segmentMaxBytes } from '../../../../../core/host-segment.ts'
import { hostPageNames } from '../../../../../core/report/page/host-page-name.ts'
import { siteKey } from '../../../../../functions/open/open.ts'

it.each([
  ['web-1', 'hosts/web-1.html'],
  ['../../etc/passwd', 'hosts/~2E.~2F..~2Fetc~2Fpasswd.html'],
  ['.', 'hosts/~2E.html'],
  ['a\u0000b', 'hosts/a~00b.html'],
  ['C:\\x', 'hosts/C~3A~5Cx.html'],
  ['"><script>', 'hosts/~22~3E~3Cscript~3E.html'],
])('keeps the page of %j below hosts/, under its own name', (host, name) => {
  expect(hostPageNames([host]).get(host)).toBe(name)
})

it('tells hosts apart that differ in nothing but capitals, for file systems that do not', () => {
  const names = [...hostPageNames(['web-1', 'Web-1', 'WEB-1']).values()]
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(3)
})

it('shortens what no file may be called, and still tells hosts apart', () => {
  const names = [...hostPageNames([`${'長'.repeat(100)}a`, `${'長'.repeat(100)}b`]).values()]
  expect(new Set(names).size).toBe(2)
})

it('gives every host a file of its own that the site opens, whatever hosts are called', () => {
  const anyName = fc.oneof(
    fc.string({ maxLength: 120, unit: 'binary' }),
    fc.constantFrom('', '.', '..', '/', 'a/b', 'A/b'),
  )
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { maxLength: 20 }), (hosts) => {
      const names = [...hostPageNames(hosts).values()]
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(hosts.length)
      for (const name of names) {
        expect(name).toMatch(/^hosts\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*\.html$/)
        expect(name.length - 'hosts/'.length).toBeLessThanOrEqual(segmentMaxBytes)
        expect(siteKey(`reports/2026-03-01-0123456789abcdef/${name}`)).toBeDefined()
      }
    }),
  )
})
