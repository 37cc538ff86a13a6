/** How this project is bundled: what the command and the functions have in common. */
import { fileURLToPath } from 'node:url'
import type { BuildOptions } from 'esbuild'

export const bundling = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The ES modules of packages that have both: no `require` is left in the bundle.
  mainFields: ['module', 'main'],
  // yaml gives its ES modules to browsers alone; they need nothing of a browser.
  alias: { yaml: fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url)) },
  // Beside the notices that `account.ts` makes of packages.
  legalComments: 'external',
} as const satisfies BuildOptions
