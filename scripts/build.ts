/** `npm run build`: the command as one file, dist/vitals.mjs, for Node 24. */
import { chmod } from 'node:fs/promises'
import { build } from 'esbuild'

/** Native code, and packages that read files beside themselves: they stay packages. */
const external = ['@napi-rs/canvas', 'systeminformation', 'pidusage', 'dejavu-fonts-ttf', 'quickchart-js']
const outfile = 'dist/vitals.mjs'

await build({
  entryPoints: ['cli/main.ts'],
  outfile,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The ES modules of packages that have both: no `require` is left in the bundle.
  mainFields: ['module', 'main'],
  legalComments: 'linked',
  external,
})
await chmod(outfile, 0o755)
