/**
 * What is deployed: each function's package by weight, cold start and memory, against the bounds of scripts/package-bounds.ts;
 * the process ends with 1 where one is passed. Each runs from a copy of its package alone, in a Node of its own, by the
 * bootstrap of LocalStack's executor. Beside the cold starts is that of a Node with an empty handler. Memory is that of a first
 * run on 100 hosts in a directory: evaluate takes a minute of them, rollup and report take the hour, notify tells what came of it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type FunctionName,
  functionNames,
  type PackageRun,
  type PackageSize,
  packageBounds,
  packageProblems,
} from '../scripts/package-bounds.ts'
import { type FirstRuns, firstRuns } from './first-runs.ts'
import type { FunctionProcess } from './function-process.ts'
import { hosts } from './hundred-hosts.ts'
import { median } from './median.ts'
import { empty, type Packaged, startPackaged, unpack } from './packaged.ts'

const starts = 11
const lives = 3
const mib = 1_024 ** 2

export async function benchPackages(): Promise<void> {
  console.log(`\npackages: median of ${starts} cold starts by turns, and of ${lives} first runs on ${hosts} hosts`)
  const directory = await mkdtemp(join(tmpdir(), 'vitals-packages-'))
  const lambda = createServer((request, response) => request.resume().on('end', () => response.writeHead(202).end()))
  try {
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`
    const sizes = await unpack(directory)
    const cold = await coldStarts(directory)
    const runs = await firstRuns(directory, url, lives)
    tell(sizes, cold, runs)
  } finally {
    lambda.close()
    await rm(directory, { recursive: true, force: true })
  }
}

type Cold = Record<Packaged, Pick<FunctionProcess, 'initMs' | 'initCpuMs' | 'loadedBytes'>>

/** By turns, since the machine does other things too. */
async function coldStarts(directory: string): Promise<Cold> {
  const turns = ([empty, ...functionNames] as const).map((name) => ({ name, all: [] as FunctionProcess[] }))
  for (let turn = 0; turn <= starts; turn++) {
    for (const { name, all } of turns) {
      const started = await startPackaged(directory, name, {})
      await started.end()
      // The first reads the files from the disk.
      if (turn > 0) all.push(started)
    }
  }
  const medians = turns.map(({ name, all }) => [
    name,
    {
      initMs: median(all.map(({ initMs }) => initMs)),
      initCpuMs: median(all.map(({ initCpuMs }) => initCpuMs)),
      loadedBytes: median(all.map(({ loadedBytes }) => loadedBytes)),
    },
  ])
  return Object.fromEntries(medians) as Cold
}

function tell(sizes: Record<FunctionName, PackageSize>, cold: Cold, runs: FirstRuns): void {
  const { initMs, initCpuMs, loadedBytes } = cold[empty]
  console.log(
    `  a Node with an empty handler is ready after ${initMs.toFixed(0)} ms and ${initCpuMs.toFixed(0)} ms of CPU, in ${inMib(loadedBytes)} MiB`,
  )
  console.log(
    row('at most in brackets', [
      'kB zipped',
      'kB unzipped',
      'init',
      'CPU of init',
      'MiB loaded',
      'first run',
      'MiB at most',
    ]),
  )
  const problems = functionNames.flatMap((name) => {
    const run: PackageRun = {
      initNodes: cold[name].initCpuMs / initCpuMs,
      loadedMib: cold[name].loadedBytes / mib,
      peakMib: runs[name].peakBytes / mib,
    }
    const bounds = packageBounds[name]
    console.log(
      row(name, [
        `${inKilobytes(sizes[name].zippedBytes)} (${inKilobytes(bounds.zippedBytes)})`,
        `${inKilobytes(sizes[name].unzippedBytes)} (${inKilobytes(bounds.unzippedBytes)})`,
        `${cold[name].initMs.toFixed(0)} ms`,
        `${cold[name].initCpuMs.toFixed(0)} ms, ${run.initNodes.toFixed(1)} x (${bounds.initNodes})`,
        `${run.loadedMib.toFixed(0)} (${bounds.loadedMib})`,
        `${runs[name].runMs.toFixed(0)} ms`,
        `${run.peakMib.toFixed(0)} (${bounds.peakMib})`,
      ]),
    )
    return packageProblems(name, { ...sizes[name], ...run })
  })
  const told = problems.length === 0 ? ['all within their bounds'] : problems.map((problem) => `BEYOND: ${problem}`)
  console.log(told.map((line) => `  ${line}`).join('\n'))
  if (problems.length > 0) process.exitCode = 1
}

const widths = [18, 20, 9, 22, 12, 11, 12]

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(20)}${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('')}`
}

function inMib(bytes: number): string {
  return (bytes / mib).toFixed(0)
}

function inKilobytes(bytes: number): string {
  return Math.round(bytes / 1_000).toLocaleString('en')
}
