import { fontFamily, type SeriesColour, themeCss } from '../view/theme.ts'
import { plotCss } from './page/plot.ts'

const states = ['ok', 'warning', 'critical', 'noData', 'stopped'] as const

/** The report's style sheet: light and dark, from 380 px up, and on paper. Its hash stands in the page's policy. */
export const reportCss = `${themeCss()}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 ${fontFamily};font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,h3,p,dl,dd,ul,figure{margin:0;padding:0}
.wrap{max-width:1180px;margin:0 auto;padding:0 24px}
header{background:var(--surface);border-bottom:1px solid var(--border);padding:28px 0 24px}
h1{font-size:15px;font-weight:600;color:var(--muted)}
.lead{font-size:24px;line-height:1.3;font-weight:650;letter-spacing:-.015em;margin:4px 0 8px}
.muted{color:var(--muted)}
.small{font-size:13px}
main.wrap{padding-top:24px;padding-bottom:32px}
main>*+*{margin-top:24px}
.card{background:var(--surface);border:1px solid var(--border);border-radius:12px;padding:20px 24px}
.card>*+*{margin-top:18px}
h2{font-size:19px;font-weight:650;letter-spacing:-.01em;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
h3{font-size:14px;font-weight:650;margin-bottom:6px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:6px 14px 6px 0;text-align:left;vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:13px;font-weight:600;color:var(--muted);white-space:nowrap}
tbody tr{border-top:1px solid var(--grid)}
tbody th{font-weight:600;min-width:7.5em;overflow-wrap:anywhere}
.alerts td{min-width:5.5em}
.alerts td.why{min-width:14em}
.num{text-align:right;white-space:nowrap}
td.nowrap,.numbers tbody th{white-space:nowrap}
.up{color:var(--state-critical)}.down{color:var(--state-ok)}
.pill{display:inline-block;border-radius:99px;padding:0 10px;font-size:13px;font-weight:600;white-space:nowrap}
${states.map((state) => `.c-${state}{color:var(--state-${state});background:var(--state-${state}-surface)}`).join('\n')}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:22px 28px}
details.numbers{margin-top:6px}
a{color:var(--link)}th a,td a,.title a{text-decoration:none}th a:hover,td a:hover,.title a:hover{text-decoration:underline}
.way{font-size:13px;margin-bottom:10px}
${plotCss}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;margin-top:4px;padding:0}
.plotted.key{display:inline-block;width:24px;height:4px;margin-right:7px;vertical-align:middle;overflow:visible}
.story{list-style:none;padding:0}.story>li{display:flex;gap:2px 18px;padding:7px 0;border-top:1px solid var(--grid)}.story>li:first-child{border-top:0;padding-top:0}.who a{text-decoration:none}.who a:hover{text-decoration:underline}
.story .who{flex:0 0 12em;font-weight:600;display:flex;flex-wrap:wrap;gap:2px 8px;align-items:baseline;align-content:flex-start}.story ul{flex:1;min-width:0;list-style:none;padding:0}
.name{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden}
.num+.why,.num+th:not(.num){padding-left:14px}
.counts{display:flex;flex-wrap:wrap;gap:6px}
.multiples{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,200px),1fr));gap:20px 24px;padding:0}
.multiples .title{display:flex;gap:4px 8px;justify-content:space-between;align-items:baseline;font-weight:600;font-size:14px;margin-bottom:4px;min-width:0}
.multiples .pill{font-size:12px;padding:0 8px}
.multiples .values{display:flex;gap:12px;font-size:12.5px;margin-top:3px;white-space:nowrap}
[class^=k-]::before{content:'';display:inline-block;width:10px;height:3px;border-radius:2px;margin-right:5px;vertical-align:.25em}
${(['cpu', 'memory', 'disk'] satisfies SeriesColour[]).map((name) => `.k-${name}::before{background:var(--series-${name})}`).join('')}
figure:has(.dim) .dim{display:none}
figure img{display:block;width:100%;height:auto;border-radius:6px}
summary{cursor:pointer;color:var(--muted);font-size:13px;padding:4px 0}
summary:focus-visible,a:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.tables>*+*{margin-top:18px}
details .tables{padding-top:10px}
.problem{border-left:3px solid var(--state-warning);padding-left:12px}
footer.wrap{color:var(--muted);font-size:13px;padding-bottom:40px}
@media (max-width:600px){
.wrap{padding:0 14px}.lead{font-size:20px}.card{padding:16px 14px;border-radius:10px}
th,td{padding-right:8px}.wide{display:none}table{font-size:14px}
thead th.num{white-space:normal;overflow-wrap:normal}thead th{vertical-align:bottom}.hosts tbody th{min-width:5em}.pill{padding:0 7px}
.story>li{flex-wrap:wrap}.story .who,.story ul{flex:1 0 100%}
.alerts thead{display:none}.alerts tr{display:flex;flex-wrap:wrap;gap:2px 12px;padding:8px 0}.alerts td{padding:0;min-width:0}.alerts td.why{flex-basis:100%;min-width:0}
}
@media screen and (prefers-color-scheme:dark){figure:has(.dim) .bright{display:none}figure:has(.dim) .dim{display:block}}
@media print{
body{background:#fff;font-size:11pt}.card{border:0;padding:0;break-inside:auto}figure,tr,h2,h3,.multiples li{break-inside:avoid}h2,h3{break-after:avoid}
header{padding-top:0}summary,.way{display:none}details::details-content{content-visibility:visible;height:auto}a{color:inherit;text-decoration:none}
table,.legend,.story{font-size:9pt}.name{display:block}.pill{font-size:8pt;padding:0 6pt}.c-ok{padding:0;background:none}th,td{padding:3pt 8pt 3pt 0}thead th{font-size:9pt;vertical-align:bottom}thead th.num{white-space:normal;overflow-wrap:normal}.alerts td{min-width:8em}.scroll{overflow:visible}.lead{font-size:16pt}
.multiples{grid-template-columns:repeat(4,1fr);gap:10pt 14pt}.multiples .title{font-size:9pt}.multiples .pill{font-size:7pt}.multiples .values{font-size:7pt;gap:6pt}
.charts{display:block}.charts figure{display:grid;grid-template-columns:minmax(0,1fr) fit-content(56%);gap:0 4%;align-items:start}.charts figure+figure{margin-top:10pt}.charts figure:not(:has(.numbers)){max-width:62%;display:block}
figcaption{grid-column:1/-1}.charts figure>*{grid-column:1}.charts figure>.numbers{grid-column:2;margin:0}
.numbers table{font-size:6.8pt;line-height:1.1}.numbers th,.numbers td{padding:.2pt 4pt .2pt 0}.numbers thead th{font-size:6.8pt;min-width:4.8em;overflow-wrap:anywhere!important}.numbers tbody th{min-width:0;font-weight:400}.numbers .small{font-size:6.8pt}
*{print-color-adjust:exact}
}
`
