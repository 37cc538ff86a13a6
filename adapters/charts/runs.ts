/** A picture as stretches of one colour, over the ends of rows, with each colour once: its pixels are read once. */

export interface Runs {
  count: number
  /** First pixel of each run, and behind the last one the number of pixels. */
  starts: Uint32Array
  /** By run: the index of its colour. */
  colourOf: Uint32Array
  colours: Colours
}

/** In the order in which they are met. */
export interface Colours {
  /** Red in the lowest byte. */
  values: number[]
  /** In pixels. */
  counts: number[]
}

/** Of a chart's pixels hardly one in ten begins a run; arrays for all of them would cost more than the reading does. */
const pixelsPerRun = 8

export function runsOf(pixels: Uint32Array): Runs {
  const colours: Colours = { values: [], counts: [] }
  const indexes = new ColourIndexes()
  let starts: Uint32Array = new Uint32Array(Math.ceil(pixels.length / pixelsPerRun) + 1)
  let colourOf: Uint32Array = new Uint32Array(starts.length)
  let count = 0
  for (let at = 0; at < pixels.length; ) {
    const colour = pixels[at] as number
    const start = at
    do at++
    while (at < pixels.length && pixels[at] === colour)
    if (count + 1 === starts.length) {
      starts = grown(starts)
      colourOf = grown(colourOf)
    }
    const index = indexes.of(colour)
    if (index === colours.values.length) {
      colours.values.push(colour)
      colours.counts.push(0)
    }
    colours.counts[index] = (colours.counts[index] as number) + at - start
    starts[count] = start
    colourOf[count++] = index
  }
  starts[count] = pixels.length
  return { count, starts, colourOf, colours }
}

function grown(array: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * array.length)
  larger.set(array)
  return larger
}

/** Numbers colours from 0. A `Map` takes ten times as long. */
class ColourIndexes {
  #colours = new Uint32Array(8192)
  /** Of the colour at the same place; 0: nothing is there. */
  #numbers = new Uint32Array(8192)
  #count = 0

  of(colour: number): number {
    const slot = this.#slotOf(colour)
    const number = this.#numbers[slot] as number
    return number === 0 ? this.#add(slot, colour) : number - 1
  }

  #slotOf(colour: number): number {
    const last = this.#colours.length - 1
    let slot = (colour ^ (colour >>> 10) ^ (colour >>> 17)) & last
    while (this.#numbers[slot] !== 0 && this.#colours[slot] !== colour) slot = (slot + 1) & last
    return slot
  }

  #add(slot: number, colour: number): number {
    this.#colours[slot] = colour
    this.#numbers[slot] = ++this.#count
    if (2 * this.#count > this.#colours.length) this.#grow()
    return this.#count - 1
  }

  #grow(): void {
    const [colours, numbers] = [this.#colours, this.#numbers]
    this.#colours = new Uint32Array(4 * colours.length)
    this.#numbers = new Uint32Array(4 * colours.length)
    for (const [at, number] of numbers.entries()) {
      if (number === 0) continue
      const slot = this.#slotOf(colours[at] as number)
      this.#colours[slot] = colours[at] as number
      this.#numbers[slot] = number
    }
  }
}
