import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root, serverless } from './package-stack.ts'

/** The service again, where it can be misspelt. */
let copy: string
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'vitals-service-'))
  for (const name of ['infra', 'node_modules']) symlinkSync(join(root, name), join(copy, name))
  for (const name of ['serverless.yml', 'functions']) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
})
afterEach(() => rmSync(copy, { recursive: true }))

it.each([
  ['serverless.yml', 'logRetentionInDays', 'logRetentionDays', 'provider'],
  ['functions/evaluate/function.yml', 'maximumRetryAttempts', 'maximumRetries', 'functions.evaluate'],
])(
  'a misspelt key of %s is refused, and not left out',
  async (file, right, wrong, place) => {
    const text = readFileSync(join(copy, file), 'utf8')
    expect(text).toContain(right)
    writeFileSync(join(copy, file), text.replace(right, wrong))
    // Any command looks at the whole of it first; this one would only show it.
    await expect(serverless(['print'], { home: copy, cwd: copy })).rejects.toThrow(
      `Configuration error at '${place}': unrecognized property '${wrong}'`,
    )
  },
  60_000,
)
