/** Below a chart: a button a line with its value under the cursor, what happened then, and the zoom. */

import type { ChartView } from '../../../core/report/page/chart-view.ts'
import { type Reader, significant } from '../../../core/view/locale.ts'

export interface Tools {
  element: HTMLElement
  isShown(index: number): boolean
  /** `index` of a slot; absent: the cursor has left. */
  tell(index: number | undefined, words: (atS: number) => string, slots: readonly number[]): void
  zoomed(isZoomed: boolean): void
  zoom(factor: number): void
  reset(): void
}

export function openTools(
  view: ChartView,
  { locale }: Reader,
  { toggle, zoom, reset }: { toggle(index: number, isShown: boolean): void; zoom(factor: number): void; reset(): void },
): Tools {
  const shown = view.lines.map(() => true)
  const element = add('div', 'tools')
  const head = element.appendChild(add('div', 'zoom'))
  const read = head.appendChild(add('span', 'read'))
  read.textContent = hint
  const all = head.appendChild(button('Show all', reset))
  all.hidden = true
  head.append(
    button('−', () => zoom(2), 'Zoom out'),
    button('+', () => zoom(0.5), 'Zoom in'),
  )
  const values = view.lines.map((line, index) => {
    const one = button('', () => {
      const isShown = !shown[index]
      shown[index] = isShown
      one.ariaPressed = String(isShown)
      toggle(index, isShown)
    })
    one.ariaPressed = 'true'
    const sign = one.appendChild(add('span', 'sign'))
    sign.style.setProperty('--light', line.light)
    sign.style.setProperty('--dark', line.dark)
    one.append(line.label)
    return one.appendChild(add('b'))
  })
  element.appendChild(add('div', 'lines')).append(...values.flatMap((value) => value.parentElement ?? []))
  if (view.levels.length > 0) {
    element.appendChild(add('p', 'levels')).textContent =
      `Dashed: ${view.levels.map(({ label }) => `${label}\u00a0${view.unit}`).join(', ')}`
  }
  return {
    element,
    isShown: (index) => shown[index] ?? true,
    tell(index, words, slots) {
      const atS = index === undefined ? undefined : slots[index]
      for (const [line, value] of values.entries()) {
        value.textContent =
          atS === undefined ? '' : valueWords(view.lines[line]?.points[index ?? -1], view.unit, locale)
      }
      read.textContent = atS === undefined ? hint : [words(atS), ...happenings(view, atS, slots)].join(' · ')
    },
    zoomed(isZoomed) {
      all.hidden = !isZoomed
    },
    zoom,
    reset,
  }
}

const hint = 'Drag to zoom'
const namesTold = 3

/** Within the slot that begins then. */
function happenings({ spans }: ChartView, atS: number, slots: readonly number[]): string[] {
  const slotS = (slots[1] ?? 1) - (slots[0] ?? 0)
  const then = spans.filter(({ fromS, toS }) => fromS < atS + slotS && toS > atS)
  const told = then.map(({ kind, label }) => (kind === 'gap' ? `no data: ${label}` : `alert: ${label}`))
  return [...new Set(told)].slice(0, namesTold)
}

function valueWords(value: number | null | undefined, unit: string, locale: string | undefined): string {
  if (value === null || value === undefined) return 'no data'
  return `${significant(value, 3, locale)}\u00a0${unit.split(' ')[0]}`
}

function add<Tag extends 'div' | 'span' | 'b' | 'p'>(tag: Tag, className = ''): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  return element
}

function button(text: string, act: () => void, label?: string): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = text
  if (label !== undefined) element.ariaLabel = label
  element.addEventListener('click', act)
  return element
}
