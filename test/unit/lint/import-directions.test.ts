/** "Imports point one way" (the README's drawing): biome.json holds it, and this proves that it does. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const refused = {
  'a core that reads the disk': ['core/disk.ts', "import { readFileSync } from 'node:fs'\nreadFileSync('x')"],
  'a core that uses an adapter': ['core/a/adapter.ts', "import { x } from '../../adapters/mail/open.ts'\nx()"],
  'a core that uses a package': ['core/package.ts', "import { Cron } from 'croner'\nnew Cron('')"],
  'a core that uses an SDK': ['core/sdk.ts', "import { S3 } from '@aws-sdk/client-s3'\nnew S3()"],
  'a core that hands an adapter on': ['core/hand-on.ts', "export * from '../adapters/mail/open.ts'"],
  'a core that reads the environment': ['core/environment.ts', 'export const home = process.env.HOME'],
  'a core that asks the clock': ['core/clock.ts', 'export const now = () => Date.now()'],
  'a function that rolls dice by itself': ['functions/notify/dice.ts', 'export const dice = () => Math.random()'],
  'an adapter that uses a function': ['adapters/x/up.ts', "import { x } from '../../functions/open/open.ts'\nx()"],
  'an adapter that uses the agent, late': ['adapters/x/late.ts', "export const x = import('../../agent/agent.ts')"],
  'an agent that uses a function': ['agent/x.ts', "import { x } from '../functions/open/open.ts'\nx()"],
  'an agent that knows a type of the command': [
    'agent/y.ts',
    "import type { X } from '../cli/up/up.ts'\nexport type Y = X",
  ],
  'an agent that puts the functions together': ['agent/z.ts', "import { x } from '../embedded/functions.ts'\nx()"],
  'shared functions that know the command': ['embedded/x.ts', "import { x } from '../cli/run.ts'\nx()"],
  'a function that uses the agent': ['functions/open/x.ts', "import { x } from '../../agent/agent.ts'\nx()"],
  'a function that uses another function': ['functions/report/x.ts', "import { x } from '../rollup/lake.ts'\nx()"],
} as const

const allowed = {
  'a core that hashes and validates': [
    'core/fine.ts',
    "import { createHash } from 'node:crypto'\nimport * as v from 'valibot'\nimport { x } from './keys.ts'\nexport const y = [createHash, v, x]",
  ],
  'a function that uses the core folder of the same name': [
    'functions/notify/fine.ts',
    "import { x } from '../../core/report/build.ts'\nimport { y } from '../../adapters/mail/open.ts'\nimport { z } from './send.ts'\nexport const a = [x, y, z]",
  ],
  'a clock that asks the clock': ['adapters/clock/fine.ts', 'export const now = () => Date.now()'],
  'a command that uses everything': [
    'cli/fine.ts',
    "import { x } from '../agent/agent.ts'\nimport { y } from '../functions/open/open.ts'\nexport const z = [x, y, Date.now()]",
  ],
} as const

let directory = ''
let complained = new Set<string>()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-lint-'))
  await mkdir(join(directory, 'scripts'))
  for (const name of ['biome.json', '.gitignore', 'scripts/no-hidden-clock.grit']) await cp(name, join(directory, name))
  for (const [path, text] of [...Object.values(refused), ...Object.values(allowed)]) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), `${text}\n`)
  }
  complained = await lint(directory)
})

afterAll(() => rm(directory, { recursive: true }))

test.each(Object.entries(refused))('refuses %s', (_, [path]) => {
  expect(complained).toContain(path)
})

test.each(Object.entries(allowed))('allows %s', (_, [path]) => {
  expect(complained).not.toContain(path)
})

/** Resolves to the files that biome complains of. */
async function lint(root: string): Promise<Set<string>> {
  const biome = join(process.cwd(), 'node_modules', '.bin', 'biome')
  const output = await new Promise<string>((resolve, reject) => {
    execFile(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], { cwd: root }, (error, stdout) =>
      stdout === '' ? reject(error) : resolve(stdout),
    )
  })
  const { diagnostics } = JSON.parse(output) as { diagnostics: { location: { path: string | { file: string } } }[] }
  return new Set(diagnostics.map(({ location: { path } }) => (typeof path === 'string' ? path : path.file)))
}
