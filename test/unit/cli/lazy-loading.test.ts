import { build } from 'esbuild'
import { expect, it } from 'vitest'

/** What is loaded before anything runs: the modules that `entry` imports other than by `import()`, and theirs. */
async function loadedAtStart(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const loaded = new Set([entry])
  for (const module of loaded) {
    for (const { path, kind } of metafile.inputs[module]?.imports ?? []) {
      if (kind === 'import-statement') loaded.add(path)
    }
  }
  return [...loaded]
}

it.each(['cli/main.ts', 'cli/agent.ts', 'agent/main.ts', 'library/session.ts'])(
  '%s loads nothing of AWS until it is asked for',
  async (entry) => {
    const loaded = await loadedAtStart(entry)
    expect(loaded.filter((path) => /^@(?:aws-sdk|smithy)\//.test(path))).toEqual([])
    expect(loaded).toContain('adapters/metrics/open.ts')
    expect(loaded).not.toContain('adapters/metrics/cloudwatch.ts')
  },
)

it('the library loads neither agent nor functions until it is started', async () => {
  const loaded = await loadedAtStart('library/index.ts')
  expect(loaded.filter((path) => path.startsWith('functions/'))).toEqual([])
  expect(loaded).not.toContain('@napi-rs/canvas')
  expect(loaded).not.toContain('agent/agent.ts')
})
