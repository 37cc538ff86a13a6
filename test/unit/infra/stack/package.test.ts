/** What `npx serverless package` makes, as CloudFormation will get it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageBounds } from '../../../../scripts/package-bounds.ts'
import { describeAgents } from './describe-agents.ts'
import { describeAlarms } from './describe-alarms.ts'
import { describeBucket } from './describe-bucket.ts'
import { describeCost } from './describe-cost.ts'
import { describeDashboard } from './describe-dashboard.ts'
import { describeEnvironment } from './describe-environment.ts'
import { describeFunctions } from './describe-functions.ts'
import { describePlainTemplate } from './describe-plain-template.ts'
import { describePlan } from './describe-plan.ts'
import { describeResources } from './describe-resources.ts'
import { describeRoles } from './describe-roles.ts'
import { describeVariant, variant } from './describe-variant.ts'
import { functionNames as names, packageStack, root, type StackPackage, serverless } from './package-stack.ts'

const patience = 120_000
const architecture = ['--param', `architecture=${process.arch}`]
const home = mkdtempSync(join(tmpdir(), 'vitals-package-'))
let first: StackPackage
let second: StackPackage
// The only test that runs the bundler, which has one place to write to.
beforeAll(async () => {
  first = await packageStack(join(home, 'first'), { home })
  second = await packageStack(join(home, 'second'), { home, ...variant })
}, 2 * patience)
afterAll(() => rmSync(home, { recursive: true }))

describeBucket(() => first)
describeFunctions(() => first)
describeEnvironment(() => first)
describeAlarms(() => first)
describeCost(() => first)
describePlan(() => first)
describeDashboard(() => first)
describePlainTemplate(() => first)
describeResources(() => first)
describeVariant(() => second, join(home, 'second'))
describeRoles(() => first)
describeAgents(() => first)

describe('the package', { timeout: patience }, () => {
  it('is made without a warning, and says what each function weighs', () => {
    const [packaging, bundling, ...more] = first.output.trim().split(/\n+/)
    expect([packaging, bundling]).toEqual([
      'Packaging vitals for stage prod (us-east-1)',
      `Bundling the functions for ${process.arch}`,
    ])
    const weights = more.filter((line) => /^ {2}\w/.test(line))
    expect(weights.map((line) => line.replace(/ [\d,]+(?= kB)/g, ' N').replace(/ +/g, ' '))).toEqual(
      names.map((name) => ` ${name} N kB zipped, N kB unzipped`),
    )
    expect(more.filter((line) => !weights.includes(line))).toEqual([expect.stringMatching(/^✔ Service packaged/)])
  })

  it('comes out the same a second time, byte for byte, but for the vitals.yml that it was told', () => {
    const contents = ({ zips }: StackPackage) =>
      names.map((name) => ({ ...zips[name]?.contents, [variant.env.MONITOR_VITALS_FILE]: 'the file' }))
    expect(contents(second)).toEqual(contents(first))
  })

  it('holds each function in one file with its licences, and the renderer beside those of report and notify', () => {
    const ofRenderer = (name: string) => /^dist\/functions\/(?:report|notify)\/node_modules\//.test(name)
    const others = Object.entries(first.zips).map(([name, zip]) => [name, zip.names.filter((one) => !ofRenderer(one))])
    expect(Object.fromEntries(others)).toEqual(
      Object.fromEntries(
        names.map((name) => [name, ['', '.LICENSES.txt'].map((end) => `dist/functions/${name}/index.mjs${end}`)]),
      ),
    )
    const [renderer = [], ofNotify = []] = ['report', 'notify'].map((name) =>
      first.zips[name]?.names.filter(ofRenderer),
    )
    const within = (name: string) => name.slice(name.indexOf('node_modules/'))
    expect(ofNotify.map(within)).toEqual(renderer.map(within))
    const packages = renderer.map((name) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1])
    expect([...new Set(packages)].toSorted()).toEqual([
      '@napi-rs/canvas',
      `@napi-rs/canvas-linux-${process.arch}-gnu`,
      'dejavu-fonts-ttf',
    ])
    expect(renderer.filter((name) => !/\.(?:js|node|ttf)$|\/(?:package\.json|LICENSE)$/.test(name))).toEqual([])
  })

  it('has the licences of what was bundled, of the page that was bundled before, of the fonts, and of what native code is made of', () => {
    const notices = (name: string) =>
      readFileSync(join(root, 'dist', 'functions', name, 'index.mjs.LICENSES.txt'), 'utf8')
    for (const name of names) expect(notices(name), name).toMatch(/^@aws-sdk\/client-s3 \S+ \(Apache-2\.0\)$/m)
    for (const name of ['report', 'notify']) {
      expect(notices(name)).toMatch(/^Packages beside it: .*dejavu-fonts-ttf \S+ \(Bitstream-Vera\)/m)
      expect(notices(name)).toMatch(/^freetype \S+ \(FTL\)$/m)
      const licences = first.zips[name]?.names.filter((one) => one.endsWith('/LICENSE')) ?? []
      expect(licences.map((one) => one.slice(one.indexOf('node_modules/'), -'/LICENSE'.length))).toEqual([
        'node_modules/@napi-rs/canvas',
        'node_modules/dejavu-fonts-ttf',
      ])
    }
    expect(notices('report')).toMatch(/^uplot \S+ \(MIT\)$/m)
  })

  it('has the vitals.yml of the setting where rules, receivers and schedules are read', () => {
    const having = names.filter((name) => second.zips[name]?.names.includes(variant.env.MONITOR_VITALS_FILE))
    expect(having).toEqual(['evaluate', 'notify', 'report'])
  })

  it('tells nothing of the machine that made it, and has no source map', () => {
    for (const name of names) {
      const bundle = readFileSync(join(root, 'dist', 'functions', name, 'index.mjs'), 'utf8')
      expect(bundle.includes(root), name).toBe(false)
      expect(bundle.includes('sourceMappingURL'), name).toBe(false)
    }
  })

  it.each(['evaluate', 'rollup', 'open'])('of %s requires nothing that only CommonJS has', (name) => {
    // What esbuild leaves then, and what throws when it is first needed: yaml's parser did, with the first vitals.yml.
    const bundle = readFileSync(join(root, 'dist', 'functions', name, 'index.mjs'), 'utf8')
    expect(bundle.includes('Dynamic require of')).toBe(false)
  })

  it('weighs what it was said to, no more than it may', () => {
    for (const [name, zip] of Object.entries(first.zips)) {
      const { zippedBytes } = packageBounds[name as keyof typeof packageBounds]
      expect(zip.sizeBytes, name).toBeLessThanOrEqual(zippedBytes)
      const [, said = ''] = new RegExp(`^  ${name} +([\\d,]+) kB`, 'm').exec(first.output) ?? []
      expect(Math.abs(zip.sizeBytes / 1_000 - Number(said.replaceAll(',', ''))), name).toBeLessThan(5)
    }
  })

  it('is for an architecture that Lambda has', () => {
    const node = join(root, 'node_modules', '.bin', 'node')
    const build = () =>
      execFileSync(node, ['scripts/build-functions.ts', '--arch', 'sparc'], { cwd: root, stdio: 'pipe' })
    expect(build).toThrow('--arch sparc: expected x64 or arm64')
  })

  it('is not deployed without somebody to tell, and nothing is sent but the question whose account it is', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const [, action = `${request.method} ${request.url}`] =
          /Action=(\w+)/.exec(Buffer.concat(parts).toString()) ?? []
        asked.push(action)
        response.writeHead(403).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    }
    const deploying = serverless(['deploy', '--package', join(home, 'first'), ...architecture], { home, env })
    try {
      await expect(deploying).rejects.toThrow('MONITOR_MAIL_FROM and MONITOR_MAIL_TO are not set')
    } finally {
      server.close()
    }
    expect(asked.filter((action) => action !== 'GetCallerIdentity')).toEqual([])
  })
})
