/** The 256 colours that hold a picture best: the frequent ones, and for each rare shade the nearest of them. */
import type { Colours } from './runs.ts'

const paletteSize = 256

export interface Palette {
  /** The most frequent first; red in the lowest byte. */
  colours: readonly number[]
  /** The palette's entry of each of the picture's colours, by that one's index. */
  entryOf: Uint8Array
}

export function paletteOf({ values, counts }: Colours): Palette {
  const frequentFirst = [...counts.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
  const kept = frequentFirst.slice(0, paletteSize)
  const colours = kept.map((index) => values[index] ?? 0)
  const entryOf = new Uint8Array(values.length)
  for (const [entry, index] of kept.entries()) entryOf[index] = entry
  const nearest = nearestAmong(colours)
  for (const index of frequentFirst.slice(paletteSize)) entryOf[index] = nearest(values[index] ?? 0)
  return { colours, entryOf }
}

export function channelsOf(colour: number): [red: number, green: number, blue: number] {
  return [colour & 0xff, (colour >>> 8) & 0xff, (colour >>> 16) & 0xff]
}

/** By their green, in both directions from the colour's own: those farther off in green alone are never looked at. */
function nearestAmong(colours: readonly number[]): (colour: number) => number {
  const entries = Uint8Array.from(
    [...colours.keys()].sort((a, b) => greenOf(colours[a] ?? 0) - greenOf(colours[b] ?? 0)),
  )
  const ordered = Uint32Array.from(entries, (entry) => colours[entry] ?? 0)
  const firstOf = new Uint16Array(256)
  for (let green = 0, at = 0; green < 256; green++) {
    while (at < ordered.length && greenOf(ordered[at] as number) < green) at++
    firstOf[green] = at
  }
  return (colour) => {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    /** Whether what is beyond can be nearer. */
    const look = (at: number): boolean => {
      const other = ordered[at] as number
      const green = greenOf(colour) - greenOf(other)
      if (green * green >= least) return false
      const red = (colour & 0xff) - (other & 0xff)
      const blue = ((colour >>> 16) & 0xff) - ((other >>> 16) & 0xff)
      const distance = red * red + green * green + blue * blue
      if (distance < least) {
        least = distance
        best = at
      }
      return true
    }
    const middle = firstOf[greenOf(colour)] as number
    let up = middle
    let down = middle - 1
    while (up < ordered.length || down >= 0) {
      if (up < ordered.length && !look(up++)) up = ordered.length
      if (down >= 0 && !look(down--)) down = -1
    }
    return entries[best] as number
  }
}

function greenOf(colour: number): number {
  return (colour >>> 8) & 0xff
}
