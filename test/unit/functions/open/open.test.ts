import { describe, expect, it } from 'vitest'
import { readSiteObject, siteKey } from '../../../../functions/open/open.ts'
import { memoryBucket } from '../rollup/committed-log.ts'

describe('the path of a site object', () => {
  it.each([
    ['reports/2026-11-23/index.html', 'site/reports/2026-11-23/index.html'],
    ['now/all.json', 'site/now/all.json'],
  ])('%s is the key %s', (path, key) => {
    expect(siteKey(path)).toBe(key)
  })

  it.each([
    '',
    '/',
    '/etc/passwd',
    '..',
    '../state/v1/all.json.zst',
    'reports/../../state/v1/all.json.zst',
    'reports/./a',
    'reports//a',
    'reports/',
    'reports/%2e%2e/a',
    'reports\\..\\a',
    'reports/.hidden',
    'reports/a\u0000.html',
    'a'.repeat(2_000),
  ])('%j names nothing', (path) => {
    expect(siteKey(path)).toBeUndefined()
  })

  it('gives the object with the type of its ending, and nothing that a browser could run for other endings', async () => {
    const bucket = memoryBucket()
    for (const name of ['a.html', 'a.png', 'a.svg']) await bucket.put(`site/reports/${name}`, Buffer.from(name))
    const typeOf = async (name: string) => (await readSiteObject(bucket, `reports/${name}`))?.contentType
    expect(await typeOf('a.html')).toBe('text/html; charset=utf-8')
    expect(await typeOf('a.png')).toBe('image/png')
    expect(await typeOf('a.svg')).toBe('application/octet-stream')
    expect(await typeOf('b.html')).toBeUndefined()
  })
})
