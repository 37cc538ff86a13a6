/** A mail's HTML from its compiled template: every value that it prints is escaped. */
import { Eta, type TemplateFunction } from 'eta/core'
import { escapeHtml } from '../../core/view/html.ts'

/** Compiled when its first mail is made: most runs make none. */
export function createMailTemplate<View extends object>(source: string): (view: View) => string {
  const eta = new Eta({
    tags: ['{{', '}}'],
    autoEscape: true,
    escapeFunction: (value: unknown) => escapeHtml(String(value)),
  })
  let template: TemplateFunction | undefined
  return (view) => {
    template ??= eta.compile(source)
    return template.call(eta, view)
  }
}
