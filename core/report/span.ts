/** How long a time is for its reader, whose clocks may have been changed within it. */
import { utcToLocal } from '../local-time.ts'
import { formatDuration } from '../view/format.ts'

interface Span {
  fromMs: number
  toMs: number
}

const dayMs = 86_400_000

/** From a time of day to the same on another day it is days, also when one of them has 23 hours: `31 d`. */
export function spanWords(span: Span, timeZone: string): string {
  const wallMs = wallLength(span, timeZone)
  return formatDuration(wallMs % dayMs === 0 ? wallMs : span.toMs - span.fromMs)
}

/** Why it is longer or shorter than its clocks show: `clocks went forward by 1 h`; absent: it is not. */
export function clockWords(span: Span, timeZone: string): string | undefined {
  const forwardMs = wallLength(span, timeZone) - (span.toMs - span.fromMs)
  if (forwardMs === 0) return undefined
  return `clocks went ${forwardMs > 0 ? 'forward' : 'back'} by ${formatDuration(Math.abs(forwardMs))}`
}

/** As long as it was, and why its clocks show another length: `8 h, clocks went forward by 1 h`. */
export function lengthWords(span: Span, timeZone: string): string {
  return [formatDuration(span.toMs - span.fromMs), clockWords(span, timeZone)]
    .filter((part) => part !== undefined)
    .join(', ')
}

function wallLength({ fromMs, toMs }: Span, timeZone: string): number {
  return utcToLocal(toMs, timeZone) - utcToLocal(fromMs, timeZone)
}
