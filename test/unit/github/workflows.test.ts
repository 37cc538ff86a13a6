/** The workflows, as far as they can be held to something without GitHub: that they run what is here, and may do no more. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../../package.json' with { type: 'json' }

interface Step {
  uses?: string
  run?: string
}

interface Workflow {
  on: Record<string, unknown>
  permissions?: Record<string, string>
  jobs: Record<string, { permissions?: Record<string, string>; 'timeout-minutes'?: number; steps: Step[] }>
}

const directory = '.github/workflows'
const files = readdirSync(directory)
const text = (file: string) => readFileSync(join(directory, file), 'utf8')
const workflow = (file: string) => parse(text(file)) as Workflow
const jobs = (file: string) => Object.values(workflow(file).jobs)
const runs = (file: string) => jobs(file).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

describe('the workflows', () => {
  it('run the checks, the tests and the audit on each change, and the audit and other stores each night', () => {
    expect(files.toSorted()).toEqual(['ci.yml', 'nightly.yml', 'release.yml'])
    expect(runs('ci.yml')).toEqual(['npm run check', 'npm test', 'npm run audit'])
    expect(runs('nightly.yml')).toEqual(['npm run audit', 'npm run test:stores'])
    expect(runs('release.yml')).toContain('npm run build')
  })
})

describe.each(files)('%s', (file) => {
  it('runs what package.json has, and files that are here', () => {
    const scripts = runs(file).flatMap((run) => [...run.matchAll(/\bnpm (?:run )?([\w:-]+)/g)].map(([, name]) => name))
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((name) => name !== 'ci' && !Object.hasOwn(manifest.scripts, name ?? ''))).toEqual([])
    const paths = runs(file).flatMap((run) => run.match(/\b(?:scripts|infra)\/[\w./-]+/g) ?? [])
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
    const hashed = [...text(file).matchAll(/hashFiles\('([^'*]+)/g)].map(([, path = '']) => path)
    expect(hashed.filter((path) => !existsSync(path))).toEqual([])
  })

  it('takes actions by the hash of a commit, with the version that it is', () => {
    const uses = text(file).match(/uses: .*/g) ?? []
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((one) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([])
    const byAction = Map.groupBy(uses, (one) => one.split('@')[0])
    for (const [action, same] of byAction) expect(new Set(same).size, action).toBe(1)
  })

  it('may read, and write only in the jobs that release', () => {
    const { permissions, on } = workflow(file)
    expect(permissions).toEqual({ contents: 'read' })
    expect(Object.keys(on)).not.toContain('pull_request_target')
    if (file !== 'release.yml') expect(jobs(file).filter((job) => job.permissions !== undefined)).toEqual([])
  })

  it('ends by itself, and puts nothing into a command that somebody else may have written', () => {
    for (const job of jobs(file)) expect(job['timeout-minutes']).toBeLessThanOrEqual(45)
    expect(runs(file).filter((run) => run.includes('${{'))).toEqual([])
  })
})
