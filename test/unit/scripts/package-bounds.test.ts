import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { functionNames, packageBounds, packageProblems, sizeProblems } from '../../../scripts/package-bounds.ts'

test('evaluate may have at most 1 MB zipped, and nothing more than an upload by hand may have', () => {
  expect(packageBounds.evaluate.zippedBytes).toBeLessThanOrEqual(1_000_000)
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  for (const { zippedBytes, unzippedBytes } of Object.values(packageBounds)) {
    expect(zippedBytes).toBeLessThanOrEqual(50 * 1024 ** 2)
    expect(unzippedBytes).toBeLessThanOrEqual(250 * 1024 ** 2)
  }
})

test('no function may take more memory on 100 hosts than three quarters of what it is given', () => {
  for (const name of functionNames) {
    const [, memorySize] = /^memorySize: (\d+)$/m.exec(readFileSync(`functions/${name}/function.yml`, 'utf8')) ?? []
    expect(packageBounds[name].peakMib, name).toBeLessThanOrEqual(0.75 * Number(memorySize))
  }
})

test('a package at its bounds is well, and what is above one is told with its name, the value and what was expected', () => {
  expect(sizeProblems(packageBounds)).toEqual([])
  expect(packageProblems('open', packageBounds.open)).toEqual([])
  const { zippedBytes, unzippedBytes, initNodes, peakMib } = packageBounds.open
  const larger = { zippedBytes: zippedBytes + 1, unzippedBytes: unzippedBytes + 1 }
  const ofSizes = [
    'the package of open has, zipped, 400,001 bytes, 1 too many: expected at most 400,000 (scripts/package-bounds.ts)',
    'the package of open has, unzipped, 1,200,001 bytes, 1 too many: expected at most 1,200,000 (scripts/package-bounds.ts)',
  ]
  expect(sizeProblems({ ...packageBounds, open: larger })).toEqual(ofSizes)
  expect(packageProblems('open', { ...larger, initNodes: initNodes + 0.5, peakMib: peakMib + 1 })).toEqual([
    ...ofSizes,
    'the package of open takes to load 6.5 times the CPU of a Node with an empty handler, 0.5 too many: expected at most 6 (scripts/package-bounds.ts)',
    'the package of open takes in a first run 201 MiB of memory, 1 too many: expected at most 200 (scripts/package-bounds.ts)',
  ])
})
