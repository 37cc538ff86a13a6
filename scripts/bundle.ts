/** How this project is bundled: what the command and the functions have in common. */
import type { BuildOptions } from 'esbuild'

export const bundling = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The ES modules of packages that have both: no `require` is left in the bundle.
  mainFields: ['module', 'main'],
  legalComments: 'linked',
} as const satisfies BuildOptions
