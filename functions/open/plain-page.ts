/** Pages that ask something or say one thing: no script, and the style of the status page. */
import { createHash } from 'node:crypto'
import type { SiteResponse } from '../../adapters/http/port.ts'
import { type Html, html, raw, render } from '../../core/view/html.ts'
import { statusCss } from './status-style.ts'

const css = `${statusCss}
main.plain{max-width:760px}
.ask>form,.ask>p,.ask>dl,.ask>ul,.ask>div{padding:0 20px 14px}
form.asking{display:grid;gap:14px;padding:0 20px 20px}
fieldset{border:0;margin:0;padding:0;display:grid;gap:6px}
legend,.field>span{font-weight:600;font-size:12.5px;color:var(--muted);padding:0 0 4px}
.choice{display:flex;gap:10px;align-items:baseline;padding:7px 12px;border:1px solid var(--border);border-radius:8px;cursor:pointer}
.choice:has(:checked){border-color:var(--link);background:color-mix(in srgb,var(--link) 7%,transparent)}
.choice input{margin:0;accent-color:var(--link)}
.field{display:grid}
input[type=text],textarea{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--border);border-radius:7px;padding:8px 10px;width:100%;min-height:38px}
textarea{min-height:72px;resize:vertical}
input:focus-visible,textarea:focus-visible{outline:2px solid var(--link);outline-offset:1px}
.ask h2 .pill{margin-left:10px;vertical-align:2px}
.ask .lead{font-size:15.5px}
.ask dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 18px}
.ask dt{color:var(--muted)}.ask dd{margin:0}
.ask .actions{display:flex;flex-wrap:wrap;gap:8px 18px}
.ask>form.asking{padding-bottom:20px}
.ask p.error{border-radius:8px;padding:9px 14px}
.ask>p.error{margin:0 20px 14px}
@media (max-width:720px){
.ask>form,.ask>p,.ask>dl,.ask>ul,.ask>div{padding-left:14px;padding-right:14px}
.ask dl{grid-template-columns:1fr;gap:0}.ask dd{padding-bottom:8px}
form.asking button{width:100%;min-height:44px}
input[type=text],textarea{font-size:16px}
.choice{padding:10px 12px}
}
`

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function plainPage({
  title,
  content,
  status = 200,
}: {
  title: string
  content: Html
  status?: number
}): SiteResponse {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} – Vitals</title>
<style>${raw(css)}</style>
</head>
<body>
<header class="top"><div class="wrap"><h1>Vitals</h1></div></header>
<main class="wrap plain" id="content">${content}</main>
</body>
</html>
`
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    body: render(page),
  }
}
