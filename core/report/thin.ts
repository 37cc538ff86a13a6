/** A chart of lines with fewer points: as many as a server takes, or as there are pixels. */
import type { Chart, Json } from './chart.ts'
import { downsample, fewestPoints } from './downsample.ts'

type Point = number | null
type Dataset = { [key: string]: Json }

/** Two points hold a threshold. */
const flatPoints = 2

/**
 * At most `most` points in all lines together, each line thinned by itself; other charts as they are. A point then says at
 * which label it stands, so that all labels stay.
 */
export function thinLines(chart: Chart, most: number): Chart {
  const { type, data } = chart.chart
  if (type !== 'line' || !isObject(data) || !Array.isArray(data.datasets)) return chart
  const datasets = data.datasets.filter(isObject)
  const lines = datasets.map((dataset) => pointsOf(dataset.data))
  if (lines.reduce((sum, points) => sum + points.length, 0) <= most) return chart
  const limits = limitsOf(lines, most)
  const thinned = datasets.map((dataset, index) => thinOne(dataset, lines[index] ?? [], limits[index] ?? fewestPoints))
  return { ...chart, chart: { ...chart.chart, data: { ...data, datasets: thinned } } }
}

/** The short ones whole; what they leave, the others share. */
function limitsOf(lines: readonly Point[][], most: number): number[] {
  const wanted = lines.map((points) => (isFlat(points) ? Math.min(flatPoints, points.length) : points.length))
  const limits = wanted.map(() => 0)
  let left = most
  const ascending = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  for (const [done, line] of ascending.entries()) {
    const limit = Math.min(wanted[line] ?? 0, Math.floor(left / (ascending.length - done)))
    limits[line] = limit
    left -= limit
  }
  return limits
}

/** What has no room for a line at all is left out, rather than over the bound. */
function thinOne(dataset: Dataset, points: readonly Point[], limit: number): Dataset {
  const kept = isFlat(points)
    ? ends(points, limit)
    : limit < fewestPoints
      ? whole(points, limit)
      : downsample(points, limit)
  const radius = dataset.pointRadius
  return {
    ...dataset,
    // Chart.js takes these as they are: the place on the axis, and the value.
    parsing: false,
    data: kept.map((index) => ({ x: index, y: points[index] ?? null })),
    ...(Array.isArray(radius) ? { pointRadius: kept.map((index) => radius[index] ?? 0) } : {}),
  }
}

function ends(points: readonly Point[], limit: number): number[] {
  return limit < flatPoints ? [] : [...new Set([0, points.length - 1])]
}

function whole(points: readonly Point[], limit: number): number[] {
  return points.length <= limit ? [...points.keys()] : []
}

function isFlat(points: readonly Point[]): boolean {
  return points.length > flatPoints && points[0] !== null && points.every((point) => point === points[0])
}

function pointsOf(data: Json | undefined): Point[] {
  return Array.isArray(data) ? data.map((point) => (typeof point === 'number' ? point : null)) : []
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
