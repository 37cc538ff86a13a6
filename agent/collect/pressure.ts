/**
 * Pressure stall information: the share of time in which work waited for a resource. Linux 4.20 and newer have it where it
 * is built in and not switched off (`psi=0`); "full" of cpu from 5.13 on. Format: psi.rst.
 */
import type { CpuSample } from '../../core/snapshot.ts'
import { known } from './counters.ts'
import type { FileReader } from './read-file.ts'

type Pressure = NonNullable<CpuSample['pressure']>

/** For whoever misses it. */
export const kernelsWithPressure =
  'Linux 4.20 and newer have it, where it is built in and not off (psi=1 on the boot line)'

export function readPressure(files: FileReader, path: string): Pressure {
  return parsePressure(files.kept(path))
}

/** Lines such as `some avg10=0.87 avg60=12.78 avg300=9.43 total=104061964`. */
function parsePressure(text: string): Pressure {
  return known({
    some10Percent: average(text, /^some .*?avg10=([0-9.]+)/m),
    some60Percent: average(text, /^some .*?avg60=([0-9.]+)/m),
    full10Percent: average(text, /^full .*?avg10=([0-9.]+)/m),
    full60Percent: average(text, /^full .*?avg60=([0-9.]+)/m),
  })
}

function average(text: string, pattern: RegExp): number | undefined {
  const percent = Number(pattern.exec(text)?.[1] ?? Number.NaN)
  return Number.isNaN(percent) ? undefined : Math.min(100, percent)
}
