import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const main = join(import.meta.dirname, '..', '..', '..', '..', 'infra', 'localstack', 'main.ts')

it('npm run localstack says what it is', async () => {
  const { stdout } = await run(process.execPath, [main, '--help'])
  expect(stdout).toContain('npm run localstack')
  expect(stdout).toContain('--port N')
})

it.each(['http', '-1', '65536', '4566.5', ''])('npm run localstack takes no port %j', async (port) => {
  const { stderr } = await run(process.execPath, [main, `--port=${port}`]).catch((error) => error)
  expect(stderr).toBe(`--port ${port}: expected a whole number from 0 to 65535\n`)
})
