/** Pressure stall information: the share of time in which work waited for a resource (kernel 4.20 and newer). */
import type { CpuSample } from '../../core/snapshot.ts'
import { known } from './counters.ts'
import type { FileReader } from './read-file.ts'

type Pressure = NonNullable<CpuSample['pressure']>

export function readPressure(files: FileReader, path: string): Pressure {
  return parsePressure(files.text(path))
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
