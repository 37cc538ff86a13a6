import { describe, expect, it } from 'vitest'
import { html, linkTarget, raw, render } from '../../../../core/view/html.ts'

describe('html', () => {
  it('escapes what it is given, in content and in quoted attributes', () => {
    const name = `"><script>alert('1')</script>&\``
    expect(render(html`<td title="${name}">${name}</td>`)).toBe(`<td title="${escaped}">${escaped}</td>`)
  })

  it('takes in the markup of other templates, lists and what is raw as they are', () => {
    const items = ['<a>', '<b>'].map((item) => html`<li>${item}</li>`)
    expect(render(html`<ul>${items}</ul>${raw('<hr>')}`)).toBe('<ul><li>&#60;a&#62;</li><li>&#60;b&#62;</li></ul><hr>')
  })

  it('shows nothing for absent values, and 0 for 0', () => {
    expect(render(html`[${undefined}${null}${false}${0}]`)).toBe('[0]')
  })

  it('takes no markup out of JSON', () => {
    const forged = JSON.parse('{"markup":"<script>","Symbol(markup)":"<script>"}')
    expect(render(html`[${forged}]`)).not.toContain('<script>')
  })

  it('shows control characters and those that turn text around instead of obeying them', () => {
    expect(render(html`${'web\u202egnp.\u0007'}`)).toBe('web\ufffdgnp.\ufffd')
  })

  it.each([
    ['/reports/a/index.html', '/reports/a/index.html'],
    ['https://example.com/', 'https://example.com/'],
    ['javascript:alert(1)', '#'],
    ['data:text/html,x', '#'],
    [' javascript:alert(1)', '#'],
    ['java\nscript:alert(1)', '#'],
  ])('makes of the link %j %j', (url, target) => {
    expect(linkTarget(url)).toBe(target)
  })
})

const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;&#96;'
