import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { decodeParquet } from '../../functions/rollup/parquet.ts'
import { makeBatch, makeInboxObject, makeSnapshot } from '../make.ts'
import { makeWorkplace, run, start, startUp, until, type Workplace } from './vitals.ts'

describe('vitals up', { timeout: 90_000 }, () => {
  let workplace: Workplace
  beforeEach(async () => {
    workplace = await makeWorkplace({ MONITOR_INTERVAL: '1' })
  })
  afterEach(() => workplace.clear())

  it('that is killed loses nothing that had reached its spool, and the next one goes on', async () => {
    const logged = () => {
      const text = readFileSync(join(workplace.env.MONITOR_LOG_DIR ?? '', 'system_metrics.log'), 'utf8')
      return text
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => Number(JSON.parse(line).observedAtMs))
    }
    for (let round = 0; round < 3; round++) {
      const vitals = await startUp(workplace)
      await new Promise((resolve) => setTimeout(resolve, 2_500 + round * 300))
      vitals.signal('SIGKILL')
      await vitals.ended
    }
    const last = await startUp(workplace)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    last.signal('SIGTERM')
    expect(await last.ended).toBe(0)
    await run(['rollup'], workplace)
    const bucket = await openBucket(workplace.bucketUrl)
    const { objects } = await bucket.list('lake/samples/')
    const inLake: number[] = []
    for (const { key } of objects) {
      const { records } = await decodeParquet('samples', (await bucket.get(key))?.body ?? new Uint8Array())
      inLake.push(...records.map(({ observedAtMs }) => Number(observedAtMs)))
    }
    const taken = logged()
    expect(taken.length).toBeGreaterThan(6)
    expect(inLake.filter((at) => taken.includes(at)).toSorted()).toEqual(taken.toSorted())
    expect(new Set(inLake).size).toBe(inLake.length)
  })

  it('tells that its port is taken, and uses another', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => squatter.once('listening', resolve))
    const { port } = squatter.address() as AddressInfo
    const vitals = await startUp(workplace, ['--port', String(port)])
    expect(vitals.events).toContainEqual(
      expect.objectContaining({ event: 'the port is taken, another one is used', port }),
    )
    expect(vitals.site).not.toContain(`:${port}`)
    expect((await fetch(vitals.site)).status).toBe(200)
    vitals.signal('SIGINT')
    await vitals.ended
    squatter.close()
  })

  it('refuses a spool that another one uses, and says what to do', async () => {
    const first = await startUp(workplace)
    await until('a first snapshot', async () => (await (await fetch(first.site)).text()).includes('web-1'), {
      child: first,
    })
    const second = await run(['up'], workplace)
    expect(second.code).toBe(1)
    expect(second.output).toContain('MONITOR_DATA_DIR')
    first.signal('SIGINT')
    expect(await first.ended).toBe(0)
  })

  it('keeps mails as files when nobody can be told, and says so in the log and on the page', async () => {
    const hostile = '<script>alert(1)</script>'
    Object.assign(workplace.env, { MONITOR_DISK_THRESHOLD: '0', MONITOR_HOST: hostile })
    const vitals = await startUp(workplace)
    const kept = await until(
      'a mail in a file',
      () => vitals.events.find(({ event }) => event.includes('nobody was told')),
      { child: vitals },
    )
    const directory = join(workplace.env.MONITOR_LOG_DIR ?? '', 'mail')
    const files = readdirSync(directory)
    expect(files.length).toBeGreaterThan(0)
    expect(String(kept.file)).toContain(directory)
    expect(files.join()).not.toMatch(/[<>]/)
    const page = await (await fetch(vitals.site)).text()
    expect(page).not.toContain(hostile)
    expect(page).toContain('&#60;script&#62;alert(1)')
    const link = /href="(\/notices\/[^"]+)"/.exec(page)?.[1]
    const mail = await simpleParser(await (await fetch(`${vitals.site}${link}`)).text())
    expect(mail.subject).toContain('<script>')
    expect(mail.html).not.toContain('<script')
    vitals.signal('SIGINT')
    expect(await vitals.ended).toBe(0)
  })

  it('serves the hosts of a bucket without an agent of its own', async () => {
    const bucket = await openBucket(workplace.bucketUrl)
    for (const host of ['db-1', 'db-2']) {
      const { key, body } = makeInboxObject(makeBatch({ host, records: [makeSnapshot({ atMs: Date.now() })] }))
      await bucket.put(key, body)
    }
    const vitals = await startUp(workplace, ['--no-agent', '--bucket', workplace.bucketUrl])
    await until(
      'both hosts on the page',
      async () => {
        const text = await (await fetch(vitals.site)).text()
        return text.includes('db-1') && text.includes('db-2') && !text.includes('web-1')
      },
      { child: vitals },
    )
    vitals.signal('SIGTERM')
    expect(await vitals.ended).toBe(0)
  })
})

describe('vitals evaluate', () => {
  it('run twice at once commits each transition once', { timeout: 60_000 }, async () => {
    const workplace = await makeWorkplace()
    try {
      const bucket = await openBucket(workplace.bucketUrl)
      for (let host = 0; host < 20; host++) {
        const records = [makeSnapshot({ atMs: Date.now(), disks: [['/', 99]] })]
        const { key, body } = makeInboxObject(makeBatch({ host: `web-${host}`, records }))
        await bucket.put(key, body)
      }
      const both = [start(['evaluate', '--json'], workplace), start(['evaluate', '--json'], workplace)]
      const outcomes = await Promise.all(
        both.map(async (child) => {
          expect(await child.ended).toBe(0)
          const printed = child
            .output()
            .split('\n')
            .find((line) => line.startsWith('['))
          return JSON.parse(printed ?? '[]') as { transitions?: unknown[] }[]
        }),
      )
      expect(outcomes.flat().flatMap(({ transitions = [] }) => transitions)).toHaveLength(20)
      expect((await bucket.list('notices/v1/open/')).objects).toHaveLength(20)
    } finally {
      await workplace.clear()
    }
  })
})

describe('wrong settings', () => {
  it('are all told at once, with place, value and expectation, and end with status 2', async () => {
    const workplace = await makeWorkplace({
      MONITOR_INTERVAL: 'soon',
      MONITOR_CPU_THRESHOLD: '180',
      MONITOR_BUCKET: 'ftp://x',
      MONITOR_SMTP_URL: 'http://user:hunter2@mail',
      MONITOR_DISK_TRESHOLD: '90',
    })
    try {
      const { code, output } = await run(['up'], workplace)
      expect(code).toBe(2)
      for (const said of [
        'MONITOR_INTERVAL',
        'soon',
        'MONITOR_CPU_THRESHOLD',
        '180',
        'MONITOR_BUCKET',
        'MONITOR_SMTP_URL',
        'MONITOR_DISK_TRESHOLD',
        'MONITOR_DISK_THRESHOLD',
      ]) {
        expect(output).toContain(said)
      }
      expect(output).not.toContain('hunter2')
    } finally {
      await workplace.clear()
    }
  })
})
