/** What stands behind and above the lines: alerts and gaps as shades, thresholds as dashes. */
import type uPlot from 'uplot'
import type { ViewSpan } from '../../../core/report/page/chart-view.ts'

const shadeOf = { gap: 'muted', warning: 'state-warning', critical: 'state-critical' } as const

export function drawSpans(plot: uPlot, spans: readonly ViewSpan[], colour: (name: string) => string): void {
  const { ctx, bbox } = plot
  ctx.save()
  for (const { kind, fromS, toS } of spans) {
    const from = Math.max(bbox.left, plot.valToPos(fromS, 'x', true))
    const to = Math.min(bbox.left + bbox.width, plot.valToPos(toS, 'x', true))
    if (to <= bbox.left || from >= bbox.left + bbox.width) continue
    ctx.globalAlpha = kind === 'gap' ? 0.16 : 0.13
    ctx.fillStyle = colour(shadeOf[kind])
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height)
    if (kind === 'gap') continue
    ctx.globalAlpha = 1
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), 3 * devicePixelRatio)
  }
  ctx.restore()
}

export function drawLevels(plot: uPlot, levels: readonly { value: number; stroke: string }[]): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio])
  ctx.lineWidth = devicePixelRatio
  for (const { value, stroke } of levels) {
    const y = plot.valToPos(value, 'y', true)
    ctx.strokeStyle = stroke
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}
