/** The Debian package on a machine with a systemd and a dpkg of its own: built, installed, run, upgraded, removed, purged. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BatchRecord } from '../../core/batch.ts'
import { unpackBatch } from '../../core/batch-bytes.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { bootMachine, type Machine } from './machine.ts'
import { until } from './vitals.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const newer = `${version}+2`
const configuration = '/etc/vitals/agent.conf'

let machine: Machine
let packages: string
let firstHash: string

async function buildPackage(parts: string, debVersion: string, to: string): Promise<string> {
  await promisify(execFile)(process.execPath, ['scripts/build.ts', '--only', parts, '--deb-version', debVersion])
  const name = readdirSync('dist').find((one) => one.startsWith(`vitals-agent_${debVersion}_`)) ?? 'none was built'
  copyFileSync(join('dist', name), join(packages, to))
  rmSync(join('dist', name))
  return createHash('sha256')
    .update(readFileSync(join(packages, to)))
    .digest('hex')
}

/** Building and booting at once: one packs, the other waits. */
beforeAll(async () => {
  packages = mkdtempSync(join(tmpdir(), 'vitals-packages-'))
  const build = async () => {
    firstHash = await buildPackage('agent,host,deb', version, 'first.deb')
    await buildPackage('deb', newer, 'newer.deb')
  }
  const boot = async () => {
    machine = await bootMachine()
  }
  const ends = await Promise.allSettled([boot(), build()])
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  for (const name of ['first.deb', 'newer.deb']) await machine.copyIn(join(packages, name), `/srv/${name}`)
}, 120_000)

afterAll(async () => {
  await machine?.stop()
  rmSync(packages, { recursive: true, force: true })
})

const shell = (script: string) => machine.run('sh', '-c', script)
const traces = () => shell(`find /etc /usr /var /run -xdev -name '*vitals*' 2>/dev/null | sort`)
const property = async (name: string) => {
  return (await machine.run('systemctl', 'show', '--value', `--property=${name}`, 'vitals-agent')).trim()
}

async function shipped(): Promise<BatchRecord[]> {
  const found = await shell(
    `find /var/lib/vitals/bucket -name '*.ndjson.zst' -exec base64 --wrap=0 {} ';' -exec echo ';' 2>/dev/null; true`,
  )
  return found.split('\n').flatMap((line) => {
    if (line === '') return []
    const parsed = unpackBatch(Buffer.from(line, 'base64'))
    if (!parsed.ok) throw new Error(parsed.reason)
    return parsed.batch.records
  })
}

const snapshotsOf = (records: BatchRecord[]) => records.filter((record) => record.kind === 'snapshot')
const waitForSnapshots = (count: number) => {
  return until(`${count} snapshots in the bucket`, async () => {
    const snapshots = snapshotsOf(await shipped())
    return snapshots.length >= count && snapshots
  })
}

/** `cpu.percent`, `disks[].mount`: which values there are. Names that are data (states, reasons) are not followed. */
function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || /^(?:unavailable|processes\.byStatus|agent)/.test(path))
    return [path]
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, `${path}[]`))
  return Object.entries(value).flatMap(([name, one]) => pathsOf(one, path === '' ? name : `${path}.${name}`))
}

let before: string

test('the package is the same, byte for byte, when it is built again', async () => {
  expect(await buildPackage('agent,host,deb', version, 'again.deb')).toBe(firstHash)
})

test('is installed without a bucket: a user, a file to fill in, nothing that runs', async () => {
  before = await traces()
  const said = await machine.run('dpkg', '--install', '/srv/first.deb')
  expect(said).toContain(
    `vitals-agent: set MONITOR_BUCKET in ${configuration}, then: systemctl enable --now vitals-agent`,
  )
  expect((await machine.attempt('systemctl', 'is-enabled', 'vitals-agent')).output.trim()).toBe('disabled')
  expect(await property('ActiveState')).toBe('inactive')
  expect(await shell(`stat --format '%U:%G %a' /etc/vitals/* /var/lib/vitals /var/log/vitals`)).toBe(
    'root:vitals 640\nroot:vitals 640\nvitals:vitals 750\nvitals:vitals 750\n',
  )
  expect(await machine.run('vitals', '--version')).toBe(`${version}\n`)
  // Once more changes nothing: maintainer scripts may run twice.
  await machine.run('/var/lib/dpkg/info/vitals-agent.postinst', 'configure', version)
  expect(await machine.run('dpkg', '--audit')).toBe('')
})

test('the unit is understood by systemd, and as closed as it can be', async () => {
  expect(await machine.run('systemd-analyze', 'verify', 'vitals-agent.service')).toBe('')
  // In tenths, of 10 for a service without any protection.
  const unit = '/usr/lib/systemd/system/vitals-agent.service'
  const asked = ['security', '--offline=true', '--threshold=20', '--no-pager', unit]
  const { status, output } = await machine.attempt('systemd-analyze', ...asked)
  expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/exposure level for .*: [01]\.\d OK/) })
})

test('sends its first snapshot as a user without any capability', async () => {
  await shell(`printf 'MONITOR_BUCKET=file:///var/lib/vitals/bucket\\nMONITOR_INTERVAL=1\\n' >>${configuration}`)
  await machine.run('systemctl', 'enable', '--now', 'vitals-agent')
  await waitForSnapshots(3)
  const pid = await property('MainPID')
  const status = await shell(`cat /proc/${pid}/status`)
  expect(status).toMatch(/^NoNewPrivs:\t1$/m)
  expect(status).toMatch(/^Seccomp:\t2$/m)
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
    expect(status).toMatch(`${set}:\t0000000000000000`)
  expect(await shell(`stat --format %U /proc/${pid}`)).toBe('vitals\n')
  expect(await property('NRestarts')).toBe('0')
})

test('reads its settings again at a reload, without a restart', async () => {
  const pid = await property('MainPID')
  await shell(`echo MONITOR_MAX_CPU=3 >>${configuration}`)
  await machine.run('systemctl', 'reload', 'vitals-agent')
  await until('the agent to say so', async () => {
    const said = await machine.run('journalctl', '--unit=vitals-agent', '--output=cat', '--no-pager')
    return said.includes('"event":"the settings were read again","changed":"MONITOR_MAX_CPU"')
  })
  expect(await property('MainPID')).toBe(pid)
})

test('its sandbox takes no more from a snapshot than the install page says', async () => {
  const open = JSON.parse(await machine.run('vitals', 'snapshot', '--json')) as Snapshot
  // Of systemd's own row too: values that only the agent's own process has left would hide those of others.
  const ofInit = (snapshot: Snapshot) => {
    const row = snapshot.processes?.top?.find(({ pid }) => pid === 1)
    return row === undefined ? [] : pathsOf(row, 'init')
  }
  const taken = async () => {
    const closed = snapshotsOf(await shipped())
    const seen = new Set(closed.flatMap((one) => [...pathsOf(one), ...ofInit(one)]))
    expect(seen).toContain('init.rssBytes')
    return [...pathsOf(open), ...ofInit(open)].filter((path) => !seen.has(path))
  }
  const page = readFileSync('docs/install.md', 'utf8')
  const isTold = (path: string) => page.includes(`\`${path.replace(/^init/, 'processes.top[]')}\``)
  // Latencies of a disk, for one, are there only when it did something.
  await until('every value that the page does not name', async () => (await taken()).every(isTold))
  const root = snapshotsOf(await shipped()).flatMap(({ disks }) => disks?.find(({ mount }) => mount === '/') ?? [])
  expect(root.length).toBeGreaterThan(0)
  expect(root.filter(({ readOnly }) => readOnly)).toEqual([])
})

test('is upgraded: settings and spool are kept, and the agent is the new one', async () => {
  // A file where the folder should be: nobody can put anything below it, as if the bucket were away.
  await shell('rm -rf /var/lib/vitals/bucket; mkdir /var/lib/vitals/bucket; touch /var/lib/vitals/bucket/inbox')
  await shell('chown -R vitals:vitals /var/lib/vitals/bucket')
  const waiting = () => shell('ls /var/lib/vitals/spool')
  // A sealed one: the file that is still written gets another name with its seal.
  const firstBatch = await until('a batch that waits', async () => /^batch-.*$/m.exec(await waiting())?.[0])
  const kept = await shell(`cat ${configuration}`)
  const pid = await property('MainPID')
  await machine.run('dpkg', '--install', '/srv/newer.deb')
  expect(await machine.run('dpkg-query', '--show', 'vitals-agent')).toBe(`vitals-agent\t${newer}\n`)
  expect(await shell(`cat ${configuration}`)).toBe(kept)
  expect(await property('ActiveState')).toBe('active')
  expect(await property('MainPID')).not.toBe(pid)
  expect(await waiting()).toContain(firstBatch)
  await shell('rm /var/lib/vitals/bucket/inbox')
  await until('the spool to be sent', async () => !(await waiting()).includes(firstBatch))
  expect((await shipped()).map(({ kind }) => kind)).toContain('goodbye')
})

test('is removed: the agent stops, settings stay; installed again it runs again', async () => {
  await machine.run('dpkg', '--remove', 'vitals-agent')
  expect(await property('ActiveState')).toBe('inactive')
  expect(await shell(`cat ${configuration}`)).toContain('MONITOR_INTERVAL=1')
  expect((await machine.attempt('test', '-e', '/usr/lib/vitals/node')).status).toBe(1)
  await machine.run('dpkg', '--install', '/srv/newer.deb')
  expect(await property('ActiveState')).toBe('active')
})

test('is purged: nothing is left', async () => {
  await machine.run('dpkg', '--purge', 'vitals-agent')
  expect(await traces()).toBe(before)
  expect((await machine.attempt('getent', 'passwd', 'vitals')).status).toBe(2)
  expect((await machine.attempt('getent', 'group', 'vitals')).status).toBe(2)
  expect(await property('LoadState')).toBe('not-found')
})
