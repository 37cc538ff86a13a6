/**
 * `npm run build`: the command as one file, dist/vitals.mjs, and the agent alone, dist/agent.cjs, both for Node 24. The agent
 * is CommonJS, since an ES module that imports node:http brings Node's fetch with it, 10 MB that it never uses.
 */
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { buildLibrary } from './build-library.ts'
import { bundling } from './bundle.ts'

/** Native code, and packages that read files beside themselves: they stay packages. */
const external = ['@napi-rs/canvas', 'systeminformation', 'pidusage', 'dejavu-fonts-ttf', 'quickchart-js']

await build({ ...bundling, entryPoints: ['cli/main.ts'], outfile: 'dist/vitals.mjs', external })
await build({
  ...bundling,
  format: 'cjs',
  // By `require`: `import()` brings the loader of ES modules along.
  supported: { 'dynamic-import': false },
  alias: { 'node:fs/promises': join(import.meta.dirname, 'late-fs-promises.ts') },
  entryPoints: ['cli/agent.ts'],
  outfile: 'dist/agent.cjs',
  external,
})
for (const file of ['dist/vitals.mjs', 'dist/agent.cjs']) await chmod(file, 0o755)
await buildLibrary()
