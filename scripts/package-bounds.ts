/**
 * What a deployed function may weigh and take, in one table: whatever packages holds each to the weights, and
 * `npm run bench -- packages` to all of it.
 */

export interface PackageSize {
  /** As it is uploaded: what a cold start has to fetch. */
  zippedBytes: number
  /** As Lambda lays it out. */
  unzippedBytes: number
}

export interface PackageRun {
  /** CPU from the start of its Node until its handler is loaded, in times of one with an empty handler: machines differ less in that. */
  initNodes: number
  /** Resident, then. */
  loadedMib: number
  /** The most that was resident in a first run on 100 hosts. */
  peakMib: number
}

/** Each some tenths above what it is: a library that gets in by mistake is told, a feature is not. */
export const packageBounds = {
  evaluate: { zippedBytes: 400_000, unzippedBytes: 1_200_000, initNodes: 6, loadedMib: 100, peakMib: 180 },
  // 36 MB of it draw charts, in native code, and two fonts.
  notify: { zippedBytes: 18_000_000, unzippedBytes: 45_000_000, initNodes: 6, loadedMib: 100, peakMib: 300 },
  rollup: { zippedBytes: 400_000, unzippedBytes: 1_200_000, initNodes: 5, loadedMib: 100, peakMib: 500 },
  report: { zippedBytes: 18_000_000, unzippedBytes: 45_000_000, initNodes: 6.5, loadedMib: 100, peakMib: 300 },
  open: { zippedBytes: 400_000, unzippedBytes: 1_200_000, initNodes: 6, loadedMib: 100, peakMib: 200 },
} as const satisfies Record<string, PackageSize & PackageRun>

export type FunctionName = keyof typeof packageBounds
export const functionNames = Object.keys(packageBounds) as FunctionName[]

/** A sentence for each size that is above its bound; none when all are within. */
export function sizeProblems(sizes: Readonly<Record<FunctionName, PackageSize>>): string[] {
  return functionNames.flatMap((name) => packageProblems(name, sizes[name]))
}

/** Of one function, of what was measured. */
export function packageProblems(name: FunctionName, measured: Partial<PackageSize & PackageRun>): string[] {
  return measures.flatMap(([measure, words, unit]) => {
    const [value, bound] = [measured[measure], packageBounds[name][measure]]
    if (value === undefined || value <= bound) return []
    const [said, over, atMost] = [value, value - bound, bound].map((one) => one.toLocaleString('en'))
    return [`the package of ${name} ${words} ${said} ${unit}, ${over} too many: expected at most ${atMost} (${home})`]
  })
}

const measures = [
  ['zippedBytes', 'has, zipped,', 'bytes'],
  ['unzippedBytes', 'has, unzipped,', 'bytes'],
  ['initNodes', 'takes to load', 'times the CPU of a Node with an empty handler'],
  ['loadedMib', 'has, once it is loaded,', 'MiB of memory'],
  ['peakMib', 'takes in a first run', 'MiB of memory'],
] as const
const home = 'scripts/package-bounds.ts'
