/** The status page's CSS. Its hash stands in the page's policy, so there are no style attributes. */
import { sparklineCss } from '../../core/view/sparkline.ts'
import { fontFamily, monoFamily, themeCss } from '../../core/view/theme.ts'

const states = ['ok', 'warning', 'critical', 'noData', 'stopped'] as const

export const statusCss = `${themeCss()}
:root{--gap:color-mix(in srgb,var(--muted) 9%,transparent)}
[hidden]{display:none!important}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.45 ${fontFamily};font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,h3,p,dl,dd,ul,figure{margin:0;padding:0}
ul{list-style:none}
a{color:var(--link);text-underline-offset:2px}
a:focus-visible,button:focus-visible,select:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:6px}
.skip{position:absolute;left:-999px}.skip:focus{left:12px;top:12px;background:var(--surface);padding:8px 12px;z-index:1}
.wrap{max-width:1360px;margin:0 auto;padding:0 24px}
.muted{color:var(--muted)}
.small{font-size:12.5px}
.num{text-align:right;white-space:nowrap}
code,.mono{font-family:${monoFamily};font-size:.93em}

header.top{background:var(--surface);border-bottom:1px solid var(--border)}
header.top .wrap{display:flex;flex-wrap:wrap;align-items:center;gap:8px 20px;padding-top:14px;padding-bottom:14px}
h1{font-size:17px;font-weight:700;letter-spacing:-.01em;display:flex;align-items:center;gap:9px}
h1 svg{width:22px;height:22px;display:block}
.pulse{fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.summary{display:flex;flex-wrap:wrap;gap:6px;align-items:center}
.top .updated{margin-left:auto}
form.report{display:flex;gap:8px;align-items:center}
select,button{font:inherit;color:inherit;border-radius:7px;border:1px solid var(--border);background:var(--surface);padding:6px 10px;min-height:34px}
button{background:var(--text);border-color:var(--text);color:var(--surface);font-weight:600;cursor:pointer;padding:6px 14px}
button:hover{opacity:.88}

main.wrap{padding-top:20px;padding-bottom:40px}
main>*+*{margin-top:20px}
main>details+details{margin-top:12px}
.banner{border:1px solid;border-radius:10px;padding:11px 16px;display:grid;grid-template-columns:auto 1fr;gap:2px 12px;align-items:baseline}
.banner strong{font-weight:650}
.banner p{color:var(--text)}
.pill{display:inline-flex;align-items:center;gap:6px;border-radius:99px;padding:1px 9px 1px 8px;font-size:12.5px;font-weight:600;line-height:1.6;white-space:nowrap}
.pill::before{content:'';width:7px;height:7px;border-radius:50%;background:currentColor;flex:none}
${states.map((state) => `.c-${state}{color:var(--state-${state});background:var(--state-${state}-surface)}`).join('\n')}
${states.map((state) => `.banner.c-${state}{border-color:color-mix(in srgb,var(--state-${state}) 35%,transparent)}`).join('\n')}

.card{background:var(--surface);border:1px solid var(--border);border-radius:12px;overflow:clip}
.card>h2{padding:14px 20px}
h2{font-size:16px;font-weight:650;letter-spacing:-.005em}
h3{font-size:12.5px;font-weight:650;color:var(--muted);padding:0 0 6px}
table{border-collapse:collapse;width:100%}
th{font-weight:600;font-size:12.5px;color:var(--muted);text-align:left;white-space:nowrap}
th,td{padding:6px 12px 6px 0;vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
tbody tr{border-top:1px solid var(--grid)}
th.num{text-align:right}
tbody th{font-size:inherit;color:inherit;white-space:normal;min-width:7.5em}
tbody th .muted{font-weight:400}
td time{white-space:nowrap}
tr.stale td,.tiles.stale{color:var(--muted)}tr.stale td.why{color:inherit}

.overview table{table-layout:auto}
.overview th,.overview td{padding:9px 14px}
.overview th:first-child,.overview td:first-child{padding-left:20px}
.overview thead th{background:var(--sunken);padding-top:7px;padding-bottom:7px}
.overview tbody th{font-weight:600;min-width:150px;width:18%}
.overview tbody th a{color:inherit;text-decoration:none}
.overview tbody th a:hover{text-decoration:underline}
.overview .spark{height:24px;width:110px}
.overview .cell{display:flex;align-items:center;gap:10px}
.overview .cell b{font-weight:600;min-width:56px;white-space:nowrap}
.overview .why{width:24%;min-width:190px}
.overview td.net{white-space:nowrap}
.overview tbody td{vertical-align:middle}.overview tbody th{vertical-align:middle}

details.host>summary{list-style:none;cursor:pointer}
details.host>summary::-webkit-details-marker{display:none}
.head{padding:13px 20px;display:grid;grid-template-columns:auto 1fr auto;gap:3px 12px;align-items:center}
.head h2 .small{font-weight:400;letter-spacing:0}
.head h2{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;font-size:18px}
.head .seen{text-align:right}
.head .facts{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:2px 14px}
.head .name{grid-column:1/3}
details.host>summary .head h2::before{content:'';width:7px;height:7px;border-right:2px solid var(--muted);border-bottom:2px solid var(--muted);transform:rotate(-45deg);margin-right:2px;flex:none}
details.host[open]>summary .head h2::before{transform:rotate(45deg) translate(-2px,-2px)}
details.host[open]>summary{border-bottom:1px solid var(--grid)}
.tag{background:var(--sunken);border-radius:5px;padding:0 7px}


.last{padding:8px 20px;background:var(--sunken);border-bottom:1px solid var(--grid)}
.alerts{border-bottom:1px solid var(--grid)}
.alerts li{display:grid;grid-template-columns:118px minmax(120px,auto) 1fr auto;gap:2px 14px;padding:9px 20px;align-items:baseline}
.alerts li+li{border-top:1px solid var(--grid)}
.alerts .what{font-weight:600}
.alerts .what a{color:inherit}
.alerts .said{grid-column:2/-1}
.alerts .pill{justify-self:start}

.tiles{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:1px;background:var(--grid);border-bottom:1px solid var(--grid)}
.tile{background:var(--surface);padding:13px 20px 12px;display:flex;flex-direction:column;gap:1px}
.tile .label{font-size:12.5px;font-weight:600;color:var(--muted);display:flex;align-items:center;gap:7px}
.tile .label::before{content:'';width:9px;height:3px;border-radius:2px;background:var(--tone)}
.t-cpu{--tone:var(--series-cpu)}.t-memory{--tone:var(--series-memory)}.t-disk{--tone:var(--series-disk)}.t-load{--tone:var(--series-load)}
.tile.net .label::before{display:none}
.tile .value{font-size:24px;font-weight:650;letter-spacing:-.02em;line-height:1.25}
.tile.net .value{display:flex;flex-wrap:wrap;gap:0 14px;font-size:15.5px;line-height:1.45}
.tile.net .value span::before{content:'';display:inline-block;width:9px;height:3px;border-radius:2px;margin-right:6px;vertical-align:.25em;background:var(--tone)}
.net .in{--tone:var(--series-received)}.net .out{--tone:var(--series-sent)}
.tile .note{font-size:12.5px;color:var(--muted);padding-bottom:8px}
.tile .spark{margin-top:auto;flex:none}
.axis{display:flex;justify-content:space-between;font-size:11.5px;color:var(--muted);padding-top:3px}

.day{padding:12px 20px 14px;border-bottom:1px solid var(--grid)}
.day h3{padding-bottom:8px}
.strip{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:12px 28px}
.strip .label{font-size:12.5px;font-weight:600;color:var(--muted);display:flex;align-items:center;gap:7px;padding-bottom:4px}
.strip .label::before{content:'';width:9px;height:3px;border-radius:2px;background:var(--tone)}
.body{display:grid;grid-template-columns:minmax(0,1.55fr) minmax(0,1fr);gap:20px 36px;padding:16px 20px 18px}
.body .side{display:grid;gap:18px;align-content:start}
.bar{display:block;width:100%;min-width:60px;height:6px;border-radius:3px}
.bar .track{fill:var(--sunken)}.bar .fill{fill:var(--series-disk)}
.bar.c-warning,.bar.c-critical{background:none}.bar.c-warning .fill{fill:var(--state-warning)}.bar.c-critical .fill{fill:var(--state-critical)}
td.barcell{width:26%;vertical-align:middle}
.kv{display:grid;grid-template-columns:auto 1fr;gap:3px 16px}
.kv dt{color:var(--muted)}.kv dd{text-align:right}
.notes{padding:0 20px 16px;display:grid;gap:6px}
.notes li{display:grid;grid-template-columns:auto 1fr;gap:10px;align-items:baseline}
.notes summary{cursor:pointer;color:var(--muted)}
.notes .missing{padding:6px 0 0 16px;display:grid;gap:2px}
.empty{padding:26px 20px;color:var(--muted)}
.pair{display:grid;grid-template-columns:minmax(0,1.55fr) minmax(0,1fr);gap:20px;align-items:start}
.pair .card>*+*{padding:0 20px 14px}
.pair td,.pair th{padding-top:7px;padding-bottom:7px}
.links li{padding:7px 0;border-top:1px solid var(--grid);display:flex;flex-wrap:wrap;gap:2px 14px;justify-content:space-between}
footer.wrap{color:var(--muted);padding-bottom:28px}
#offline{margin-top:16px}
${sparklineCss(['cpu', 'memory', 'disk', 'received', 'sent', 'load'])}

@media (max-width:1300px){
.body{grid-template-columns:minmax(0,1fr)}
.body .side{grid-template-columns:repeat(2,minmax(0,1fr));gap:18px 36px}
.tiles{grid-template-columns:repeat(6,minmax(0,1fr))}
.tile{grid-column:span 2}.tile:nth-child(n+4){grid-column:span 3}
.overview .load,.overview .net{display:none}
.overview th,.overview td{padding-left:8px;padding-right:8px}
.overview .spark{width:64px}
.overview .why{min-width:150px}
.overview tbody th{min-width:120px}
}
@media (max-width:1000px){
.overview .cell{display:block}
.overview .spark{width:100%;height:18px;margin-top:3px}
}
@media (max-width:900px){
.body .side{grid-template-columns:minmax(0,1fr)}
.pair{grid-template-columns:minmax(0,1fr)}
.alerts li{grid-template-columns:auto 1fr auto}.alerts .why{grid-column:1/-1}
}
@media (max-width:720px){
body{font-size:14.5px}
.wrap{padding:0 14px}
.card>h2,.head{padding-left:14px;padding-right:14px}
.card>h2{padding-bottom:8px}
header.top .wrap{padding-top:12px;padding-bottom:12px}
.top .updated{margin-left:0;order:3;width:100%}
form.report{width:100%;flex-wrap:wrap;gap:4px 8px}form.report label{flex:1 1 100%}form.report select{flex:1 0 auto}
.banner{grid-template-columns:1fr}
.head{grid-template-columns:1fr}.head .name{grid-column:auto}.head .seen{text-align:left}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
.tile,.tile:nth-child(n+4){grid-column:auto;padding:11px 14px}
.tile:nth-child(4){grid-column:1/-1;order:9}
.tile .value{font-size:21px}
.body{padding:14px}
.notes{padding:0 14px 14px}.last{padding:8px 14px}
.alerts li{padding:9px 14px;grid-template-columns:auto 1fr}.alerts .since{grid-column:1/-1}.alerts .said{grid-column:1/-1}
.pair .card>*+*{padding:0 14px 12px}
.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.stack tbody tr{display:flex;flex-wrap:wrap;gap:1px 12px;padding:8px 0;align-items:baseline}
.stack td,.stack th,.stack tbody th:first-child,.stack td:first-child{display:block;padding:0;text-align:left;width:auto;min-width:0;max-width:none}
.stack tbody th:first-child{flex:1 1 100%}
.stack td[data-label]::before{content:attr(data-label) ' ';color:var(--muted);font-size:12.5px;font-weight:400}
.stack td.barcell{flex:1 1 100%;padding:3px 0}
.stack td:empty{display:none}
.overview tbody tr{padding:10px 14px}
.overview .stack tbody th:first-child{flex:1 1 60%}.overview tbody td:nth-child(2){flex:0 0 auto}.overview td.percent{flex:1 1 28%}.overview .cell b{min-width:0}
.day{padding:12px 14px}.strip{grid-template-columns:minmax(0,1fr)}
.overview td.why{flex:1 1 100%}
.stack.mounts tbody th:first-child,.processes tbody th:first-child{flex:1 1 50%}
}
@media print{body{background:none}form.report,#offline{display:none!important}.card{break-inside:avoid-page}}
`
