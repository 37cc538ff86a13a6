import { type Html, html } from '../../core/view/html.ts'
import type { StateWords } from './host-view.ts'

/** A word with its colour. */
export function pill({ word, colour }: StateWords): Html {
  return html`<span class="pill c-${colour}">${word}</span>`
}
