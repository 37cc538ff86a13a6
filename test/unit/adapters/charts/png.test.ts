import { createCanvas, loadImage } from '@napi-rs/canvas'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../../../adapters/charts/png.ts'

async function decoded(png: Uint8Array) {
  const image = await loadImage(Buffer.from(png))
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  return { width: image.width, height: image.height, rgba: [...data] }
}

/** Opaque pixels of the given colours, `0xrrggbb`. */
function opaque(colours: readonly number[]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff, 0xff]))
}

describe('a PNG with a palette', () => {
  it('has every pixel as it was, up to 256 colours', async () => {
    const picture = fc
      .integer({ min: 1, max: 40 })
      .chain((width) =>
        fc
          .integer({ min: 1, max: 20 })
          .chain((height) =>
            fc
              .array(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 256 })
              .chain((palette) =>
                fc
                  .array(fc.constantFrom(...palette), { minLength: width * height, maxLength: width * height })
                  .map((colours) => ({ width, height, rgba: opaque(colours) })),
              ),
          ),
      )
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, height, rgba }) => {
        expect(await decoded(await encodePng({ rgba, width, height }))).toEqual({ width, height, rgba: [...rgba] })
      }),
    )
  })

  it('keeps the frequent colours exactly, and takes the nearest of them for what is rare', async () => {
    const frequent = Array.from({ length: 256 }, (_, index) => (index << 16) | (index << 8) | index)
    const colours = [...frequent, ...frequent, 0x646466, 0xfefdff]
    const { rgba } = await decoded(await encodePng({ rgba: opaque(colours), width: colours.length, height: 1 }))
    expect(rgba.slice(0, 8 * 256)).toEqual([...opaque([...frequent, ...frequent])])
    expect(rgba.slice(8 * 256)).toEqual([...opaque([0x656565, 0xfefefe])])
  })

  it('is read from where it lies in a larger buffer', async () => {
    const all = opaque([0x111111, 0x222222, 0x333333])
    const png = await encodePng({ rgba: all.subarray(4), width: 2, height: 1 })
    expect((await decoded(png)).rgba).toEqual([...opaque([0x222222, 0x333333])])
  })

  it('takes of the palette what is nearest to each shade, where no two pixels are alike', async () => {
    const [width, height] = [128, 96]
    const colours = Array.from({ length: width * height }, (_, index) => (index * 0x9e3779b1) & 0xffffff)
    const { rgba } = await decoded(await encodePng({ rgba: opaque(colours), width, height }))
    const shown = colours.map((_, at) => [rgba[4 * at] ?? 0, rgba[4 * at + 1] ?? 0, rgba[4 * at + 2] ?? 0] as const)
    const palette = [...new Map(shown.map((colour) => [String(colour), colour])).values()]
    expect(palette).toHaveLength(256)
    const wrong = colours.filter((colour, at) => {
      const [red, green, blue] = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]
      const distance = ([r, g, b]: readonly [number, number, number]) =>
        (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2
      return distance(shown[at] ?? [0, 0, 0]) !== Math.min(...palette.map(distance))
    })
    expect(wrong).toEqual([])
  })
})
