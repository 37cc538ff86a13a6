/** What a deployed function may weigh, in one table: packaging holds each to it, and so does `npm run bench -- packages`. */

export interface PackageSize {
  /** As it is uploaded: what a cold start has to fetch. */
  zippedBytes: number
  /** As Lambda lays it out. */
  unzippedBytes: number
}

/** Each some tenths above what it is: a library that gets in by mistake is told, a feature is not. */
export const packageBounds = {
  evaluate: { zippedBytes: 400_000, unzippedBytes: 1_200_000 },
  // 36 MB of it draw charts, in native code, and two fonts.
  notify: { zippedBytes: 18_000_000, unzippedBytes: 45_000_000 },
  rollup: { zippedBytes: 400_000, unzippedBytes: 1_200_000 },
  report: { zippedBytes: 18_000_000, unzippedBytes: 45_000_000 },
  open: { zippedBytes: 400_000, unzippedBytes: 1_200_000 },
} as const satisfies Record<string, PackageSize>

export type FunctionName = keyof typeof packageBounds

/** A sentence for each size that is above its bound; none when all are within. */
export function sizeProblems(sizes: Readonly<Record<FunctionName, PackageSize>>): string[] {
  return functionNames.flatMap((name) =>
    measures.flatMap(([measure, words]) => {
      const [size, bound] = [sizes[name][measure], packageBounds[name][measure]]
      if (size <= bound) return []
      const over = `${(size - bound).toLocaleString('en')} too many`
      return [
        `the package of ${name} has ${format(size)} ${words}, ${over}: expected at most ${format(bound)} (${home})`,
      ]
    }),
  )
}

const functionNames = Object.keys(packageBounds) as FunctionName[]
const measures = [
  ['zippedBytes', 'zipped'],
  ['unzippedBytes', 'unzipped'],
] as const
const home = 'scripts/package-bounds.ts'

/** To the byte: what is one too large must not read as if it were not. */
function format(bytes: number): string {
  return `${bytes.toLocaleString('en')} bytes`
}
