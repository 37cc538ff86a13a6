/**
 * The library for `import { SystemMonitor } from 'vitals'`: dist/library, ES modules for Node 24, readable and with the
 * packages that it uses left to npm; and beside them the declarations, made by tsc. What starts late (functions, SDKs) is
 * in files of its own, which are read when they are needed.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { bundling } from './bundle.ts'

const root = join(import.meta.dirname, '..')
const output = join(root, 'dist', 'library')

export async function buildLibrary(): Promise<void> {
  await rm(output, { recursive: true, force: true })
  await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: { index: 'library/index.ts' },
    outdir: 'dist/library',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    minify: false,
    packages: 'external',
    legalComments: 'none',
  })
  await declare()
}

const relativeImport = /(?:from|import\()\s*['"](\.[^'"]+)['"]/g

/** tsc declares every module that it meets; only those that the library's own name are of use to somebody. It leaves `./x.ts`, which users can't resolve. */
async function declare(): Promise<void> {
  const drafts = await mkdtemp(join(root, 'dist', '.declarations-'))
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc')
    await promisify(execFile)(tsc, ['--project', 'scripts/library.tsconfig.json', '--outDir', drafts], { cwd: root })
    const wanted = new Set(['library/index.d.ts'])
    for (const path of wanted) {
      const declared = await readFile(join(drafts, path), 'utf8')
      for (const [, specifier = ''] of declared.matchAll(relativeImport))
        wanted.add(normalize(join(dirname(path), specifier.replace(/\.ts$/, '.d.ts'))))
      const target = join(output, 'types', path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(
        target,
        declared.replace(relativeImport, (found) => found.replace(/\.ts(['"])$/, '.js$1')),
      )
    }
  } catch (cause) {
    const { stdout } = cause as { stdout?: string }
    throw new Error(`the declarations in ${relative(root, output)} could not be made:\n${stdout ?? String(cause)}`, {
      cause,
    })
  } finally {
    await rm(drafts, { recursive: true })
  }
}
