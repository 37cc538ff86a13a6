import { expect, test } from 'vitest'
import { type FunctionName, type PackageSize, packageBounds, sizeProblems } from '../../../scripts/package-bounds.ts'

const atTheirBounds: Record<FunctionName, PackageSize> = packageBounds

test('evaluate may have at most 1 MB zipped, and nothing more than an upload by hand may have', () => {
  expect(packageBounds.evaluate.zippedBytes).toBeLessThanOrEqual(1_000_000)
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  for (const { zippedBytes, unzippedBytes } of Object.values(atTheirBounds)) {
    expect(zippedBytes).toBeLessThanOrEqual(50 * 1024 ** 2)
    expect(unzippedBytes).toBeLessThanOrEqual(250 * 1024 ** 2)
  }
})

test('a package at its bound is well, and one byte more is told with its name, the size and what was expected', () => {
  expect(sizeProblems(atTheirBounds)).toEqual([])
  const { zippedBytes, unzippedBytes } = packageBounds.open
  const larger = { ...atTheirBounds, open: { zippedBytes: zippedBytes + 1, unzippedBytes: unzippedBytes + 1 } }
  expect(sizeProblems(larger)).toEqual([
    'the package of open has 400,001 bytes zipped, 1 too many: expected at most 400,000 bytes (scripts/package-bounds.ts)',
    'the package of open has 1,200,001 bytes unzipped, 1 too many: expected at most 1,200,000 bytes (scripts/package-bounds.ts)',
  ])
})
