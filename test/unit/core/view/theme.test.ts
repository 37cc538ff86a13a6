import { describe, expect, it } from 'vitest'
import { metrics } from '../../../../core/metrics.ts'
import { dark, light, type Palette, seriesColour, themeCss } from '../../../../core/view/theme.ts'

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('the %s palette', (_name, palette: Palette) => {
  it('has 4.5:1 for text and words of state, on every surface that they stand on', () => {
    for (const surface of [palette.page, palette.surface, palette.sunken]) {
      expect(contrast(palette.text, surface)).toBeGreaterThan(7)
      expect(contrast(palette.muted, surface)).toBeGreaterThan(4.5)
      expect(contrast(palette.link, surface)).toBeGreaterThan(4.5)
    }
    for (const [state, colour] of Object.entries(palette.state)) {
      expect([state, contrast(colour, palette.stateSurface[state as keyof Palette['state']])]).toSatisfy(
        ([, ratio]: [string, number]) => ratio > 4.5,
      )
    }
  })

  it('has 3:1 for every line on its surface', () => {
    for (const colour of Object.values(palette.series)) expect(contrast(colour, palette.surface)).toBeGreaterThan(3)
  })
})

describe('theme', () => {
  it('gives every metric a colour that the style sheet defines', () => {
    for (const { id } of metrics) expect(themeCss()).toContain(`--series-${seriesColour(id)}:`)
  })
})

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
