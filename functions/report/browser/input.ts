/** Keys and fingers: uPlot itself knows the mouse only. */
export function takeKeys(
  place: HTMLElement,
  { move, zoom, reset }: { move(steps: number): void; zoom(factor: number): void; reset(): void },
): void {
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    PageUp: () => move(-12),
    PageDown: () => move(12),
    Home: () => move(Number.NEGATIVE_INFINITY),
    End: () => move(Number.POSITIVE_INFINITY),
    '+': () => zoom(0.5),
    '-': () => zoom(2),
    Escape: reset,
  }
  place.addEventListener('keydown', (event) => {
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action()
  })
}

/** A finger that goes sideways reads values; one that goes up or down scrolls the page (`touch-action` in the CSS). */
export function takeTouch(place: HTMLElement, read: (clientX: number) => void): void {
  for (const type of ['pointerdown', 'pointermove'] as const) {
    place.addEventListener(type, (event) => {
      if (event.pointerType === 'touch') read(event.clientX)
    })
  }
}
