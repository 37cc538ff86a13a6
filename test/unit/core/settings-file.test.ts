import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settingDescriptions } from '../../../core/settings.ts'
import { parseSettingsFile } from '../../../core/settings-file.ts'

const path = '/etc/vitals/agent.conf'

function said(text: string): Record<string, string> {
  const { file, problems: found } = parseSettingsFile(text, path)
  expect(found).toEqual([])
  return file.said
}

function problems(text: string): string[] {
  return parseSettingsFile(text, path).problems.map(({ name, value, expected }) => `${name}=${value}: ${expected}`)
}

describe('a file of settings', () => {
  it('says a setting a line, between comments and empty lines, and where each was said', () => {
    const text =
      '\uFEFF# the agent\n\n; also a comment\r\nMONITOR_INTERVAL=10\r\n  MONITOR_HOST = \n  MONITOR_TAGS=a=b,c=d  \n'
    expect(problems(text)).toEqual([`${path}:5=MONITOR_HOST : KEY=value, or # before a comment`])
    expect(parseSettingsFile(text.replace('  MONITOR_HOST = \n', ''), path)).toEqual({
      problems: [],
      file: {
        said: { MONITOR_INTERVAL: '10', MONITOR_TAGS: 'a=b,c=d' },
        places: { MONITOR_INTERVAL: `${path}:4 MONITOR_INTERVAL`, MONITOR_TAGS: `${path}:5 MONITOR_TAGS` },
      },
    })
  })

  it.each([
    ['MONITOR_REPORT_SCHEDULE="0 7 * * *"', '0 7 * * *'],
    ["MONITOR_REPORT_SCHEDULE='0 7 * * *'", '0 7 * * *'],
    ['MONITOR_TAGS="a=\\"b\\",c=\\\\d\\$"', 'a="b",c=\\d$'],
    ["MONITOR_TAGS='a=\\n'", 'a=\\n'],
    ['MONITOR_TAGS=""', ''],
    ['MONITOR_TAGS=', ''],
    ['MONITOR_TAGS=a # b', 'a # b'],
    ['MONITOR_TAGS=größe=1', 'größe=1'],
  ])('reads %s', (line, expected) => {
    expect(Object.values(said(line))).toEqual([expected])
  })

  it('tells every line that is wrong, each with what was expected', () => {
    const text = [
      'export MONITOR_PORT=1',
      'MONITOR_INTERVALL=5',
      'MONITOR_SOMETHING_ELSE=5',
      'AWS_SECRET_ACCESS_KEY=very-secret',
      'MONITOR_TAGS="a=b',
      'MONITOR_HOST=a\\',
      'MONITOR_PORT=1',
      'MONITOR_PORT=2',
      'MONITOR_CONFIG=/other',
      'MONITOR_LOG_DIR=a\u0000b',
      'MONITOR_SMTP_URL="smtp://me:very-secret@mail',
    ].join('\n')
    expect(problems(text).map((line) => line.slice(path.length + 1))).toEqual([
      '1=export MONITOR_PORT: KEY=value, or # before a comment',
      '2 MONITOR_INTERVALL=5: a setting that exists; is MONITOR_INTERVAL meant?',
      '3 MONITOR_SOMETHING_ELSE=5: a setting that exists; --help lists them',
      '4 AWS_SECRET_ACCESS_KEY=***: a setting that begins with MONITOR_; all else belongs into the environment',
      '5 MONITOR_TAGS="a=b: a value whose quotes are closed, and that stands on one line',
      '6 MONITOR_HOST=a\\: a value whose quotes are closed, and that stands on one line',
      `8 MONITOR_PORT=2: it once; it stands at ${path}:7 already`,
      '9 MONITOR_CONFIG=/other: it in the environment: a file names no other',
      '10 MONITOR_LOG_DIR=a\u0000b: text in UTF-8 without control characters',
      '11 MONITOR_SMTP_URL="smtp://me:***@mail: a value whose quotes are closed, and that stands on one line',
    ])
  })

  it('is not shown by the page when it is something else altogether', () => {
    const [only] = problems('x'.repeat(100_000))
    expect(only?.length).toBeLessThan(250)
  })

  it('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { file, problems: found } = parseSettingsFile(text, path)
        expect(Object.keys(file.said).length + found.length).toBeLessThanOrEqual(text.split('\n').length)
      }),
    )
  })

  it('says what was written into it, whatever that was', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '`', '=', '#', 'é') })
    const names = fc.constantFrom(...settingDescriptions.map(({ name }) => name).filter((name) => !/CONFIG/.test(name)))
    fc.assert(
      fc.property(names, value, (name, written) => {
        const quoted = `"${written.replace(/["\\]/g, '\\$&')}"`
        expect(said(`${name}=${quoted}`)).toEqual({ [name]: written })
      }),
    )
  })
})
