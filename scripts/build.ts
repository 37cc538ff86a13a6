/** `npm run build`: the command as one file, dist/vitals.mjs, for Node 24. */
import { chmod } from 'node:fs/promises'
import { build } from 'esbuild'
import { bundling } from './bundle.ts'

/** Native code, and packages that read files beside themselves: they stay packages. */
const external = ['@napi-rs/canvas', 'systeminformation', 'pidusage', 'dejavu-fonts-ttf', 'quickchart-js']
const outfile = 'dist/vitals.mjs'

await build({ ...bundling, entryPoints: ['cli/main.ts'], outfile, external })
await chmod(outfile, 0o755)
