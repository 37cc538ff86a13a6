/** Of some lines; `undefined`: they have none. No list of the points is made: there are thousands of lines. */
export function largestPoint(lines: readonly (readonly (number | null)[])[]): number | undefined {
  let largest: number | undefined
  for (const points of lines) {
    for (let index = 0; index < points.length; index++) {
      const point = points[index] ?? null
      if (point !== null && (largest === undefined || point > largest)) largest = point
    }
  }
  return largest
}
