/** Tests of a user, through spool, bucket, evaluate, notify and receivers on a directory. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTest } from '../../../../cli/commands/test.ts'
import { ReportedFailure, UsageError } from '../../../../cli/errors.ts'
import { makeTerminal } from './terminal.ts'

let directory: string
const asked: string[] = []
const pager = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.end()
})
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-test-command-'))
  await new Promise<void>((resolve) => pager.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(pager.address() as AddressInfo).port}/hook`
  await write('vitals.yml', config(url))
})
afterAll(async () => {
  pager.close()
  await rm(directory, { recursive: true })
})

const config = (url: string) => `rules:
  - { id: load, metric: load1, threshold: 8, critical: 16, keep_firing: 0s, note: "Ask Ada" }
receivers:
  - { name: pager, type: webhook, url: "${url}", format: slack }
  - { name: ops, type: mail, to: [ops@example.com] }
routes:
  - { match: { severity: critical }, to: [pager], continue: true }
  - { to: [ops], group: { by: [rule], wait: 0s, interval: 0s } }
`

const write = async (name: string, text: string) => {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}

/** What was printed, and how it ended. */
async function run(file: string, values: Record<string, string> = {}) {
  const terminal = makeTerminal({ MONITOR_VITALS_FILE: join(directory, 'vitals.yml'), MONITOR_TIME_ZONE: 'UTC' })
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]))
  const parsed = { values: given, settings: {}, flags: {}, operands: [file] }
  const ended = await runTest({ parsed, terminal }).then(
    () => 'passed' as const,
    (error: Error) => error,
  )
  return { ended, printed: terminal.printed }
}

const good = `tests:
  - name: load becomes critical
    hosts: { web-1: { series: { load1: "1x2 9x2 17x2 1" } } }
    rules: [load]
    expect:
      - { at: 2m, rule: load, to: firing, severity: warning }
      - { at: 4m, rule: load, to: firing, severity: critical }
      - { at: 6m, rule: load, to: ok }
    told:
      - { at: 2m, to: ops, kind: firing, subject: web-1, text: { contains: Ask Ada, lacks: CRITICAL }, html: Ask Ada }
      - { at: 4m, to: ops, kind: escalated, severity: critical }
      - { at: 4m, to: pager, kind: firing, payload: Ask Ada }
      - { at: 6m, to: pager, kind: resolved }
      - { at: 6m, to: ops, kind: resolved }
`

describe('vitals test', () => {
  it('passes when alerts and messages are as expected, keeps the mails, and tells CI', async () => {
    const options = { mails: join(directory, 'mails'), junit: join(directory, 'out', 'junit.xml') }
    const { ended, printed } = await run(await write('good.yml', good), options)
    expect(printed[0]).toMatch(/^ok {6}load becomes critical \(\d+\.\d s\)$/)
    expect(ended).toBe('passed')
    const [kept = ''] = await readdir(options.mails)
    expect(await readdir(join(options.mails, kept))).toHaveLength(3)
    expect(await readFile(options.junit, 'utf8')).toMatch(
      /<testsuite name="[^"]*good\.yml" tests="1" failures="0" .*>\n {4}<testcase name="load becomes critical" .* line="2" time="\d+\.\d{3}"\/>/,
    )
  })

  it('gives webhooks nothing', () => {
    expect(asked).toEqual([])
  })

  it('fails with the place of what did not happen, and with what did', async () => {
    const bad = good.replace('Ask Ada, lacks', 'Ask Bob, lacks').replace('at: 6m, to: pager', 'at: 7m, to: pager')
    const path = await write('bad.yml', bad)
    const junit = join(directory, 'bad.xml')
    const { ended, printed } = await run(path, { junit })
    expect(ended).toBeInstanceOf(ReportedFailure)
    const text = printed.join('\n')
    expect(text).toContain(`  -      2m  ops: firing web-1: text contains "Ask Bob"  (${path}:10:76)`)
    expect(text).toContain('\n      | Note:     Ask Ada\n')
    expect(text).toContain(`  -      7m  pager: resolved web-1  (${path}:13:9)`)
    expect(text).toMatch(/\n {2}\+ {6}6m {2}pager: resolved web-1 load: "\[RESOLVED\]/)
    expect(await readFile(junit, 'utf8')).toMatch(/failures="1".*\n.*<failure message="- {6}2m {2}ops: firing web-1/s)
  })

  it('fails when a host would be refused, whatever else happens', async () => {
    const { ended, printed } = await run(
      await write(
        'refused.yml',
        'tests: [{ name: a, hosts: { web-1: { series: { cpu.percent: "180x3" } } }, told: [] }]',
      ),
      { json: 'true' },
    )
    expect(ended).toBeInstanceOf(ReportedFailure)
    const [{ tests }] = JSON.parse(printed[0] ?? '').files
    expect(tests[0].troubles).toEqual([expect.stringMatching(/^evaluate refused what was sent: line 2: cpu\.percent/)])
  })

  it('tells all that is wrong with a file, where it is', async () => {
    await write('web-1.ndjson', '{}\n')
    const file = `tests:
  - { name: a, hosts: { web-1: { recorded: web-1.ndjson } }, told: [] }
  - { name: b, hosts: { web-1: { recorded: none.ndjson } }, told: [] }
`
    const { ended } = await run(await write('wrong.yml', file))
    expect(ended).toBeInstanceOf(UsageError)
    expect(String(ended)).toMatch(
      /wrong\.yml:2:44: tests\[0\]\.hosts\.web-1\.recorded: "web-1\.ndjson": .*web-1\.ndjson:1: kind/,
    )
    expect(String(ended)).toMatch(/wrong\.yml:3:44: .*ENOENT/)
    const pagr = await write('pagr.yml', good.replaceAll('to: pager', 'to: pagr'))
    expect(String((await run(pagr)).ended)).toMatch(
      /pagr\.yml:12:23: tests\[0\]\.told\[2\]\.to: "pagr": expected a receiver; is pager meant\?/,
    )
    expect(String((await run(join(directory, 'none.yml'))).ended)).toContain('ENOENT')
  })
})
