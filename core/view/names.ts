/** As people sort names: `web-2` before `web-10`. */
export function byName(a: string, b: string): number {
  return names.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

const names = new Intl.Collator('en', { numeric: true })
