/** The forms behind the links of a notice, and what they answer: pure. To look at a form changes nothing. */
import type { SiteResponse } from '../../../adapters/http/port.ts'
import { formatDateTime, formatDuration } from '../../../core/view/format.ts'
import { type Html, html, raw } from '../../../core/view/html.ts'
import { reasonBeside, ruleTitle, type ViewTime } from '../host-view.ts'
import { pill } from '../pill.ts'
import { plainPage } from '../plain-page.ts'
import { saidLines } from '../said.ts'
import { type Choice, chosenSpan, type Said, scopesOf, spans } from './choices.ts'
import type { FoundIncident } from './find.ts'
import { stateWords } from './incident-page.ts'

export type Action = 'silence' | 'acknowledge'

interface FormView extends ViewTime {
  action: Action
  found: FoundIncident
  once: string
  /** What was wrong with what was sent, and that. */
  refused?: { reason: string; given: URLSearchParams }
}

const titles: Record<Action, string> = { silence: 'Silence', acknowledge: 'Acknowledge' }

const explanations: Record<Action, string> = {
  silence: 'Nobody is told of what it covers until it ends; what still fires then is told. It outlives this incident.',
  acknowledge: 'You take care of it: no reminders until then. That it gets worse, or is over, is told all the same.',
}

export function formPage({ action, found, once, refused, ...time }: FormView): SiteResponse {
  const { about, alert } = found
  const given = refused?.given
  const span = given?.get('for') ?? chosenSpan
  const scope = given?.get('scope') ?? 'alert'
  return plainPage({
    title: `${titles[action]}: ${ruleTitle(about.rule, about.entity)} on ${about.host}`,
    status: refused ? 400 : 200,
    content: html`<section class="card ask"><h2>${titles[action]} ${ruleTitle(about.rule, about.entity)} on ${about.host}${pill(stateWords(found))}</h2>
<p class="lead">${reasonBeside(about.rule, alert?.reason ?? about.reason)}<br><span class="muted small">since ${formatDateTime(about.startedAtMs, time.timeZone)} ${time.timeZone}, incident ${about.incident}</span></p>
${saidLines(found.said, time).map((line) => html`<p>${line}</p>`)}
<form class="asking" method="post">
${refused && html`<p class="error c-critical" role="alert">${refused.reason}</p>`}
<input type="hidden" name="once" value="${once}">
${choices('For how long', 'for', spans(time), span)}
${action === 'silence' && choices('What', 'scope', scopesOf(about), scope)}
<label class="field"><span>Who you are</span><input type="text" name="by" required maxlength="64" autocomplete="name" value="${given?.get('by') ?? ''}"></label>
<label class="field"><span>Why, for the others (may be empty)</span><textarea name="comment" maxlength="1000">${given?.get('comment') ?? ''}</textarea></label>
<p class="muted small">${explanations[action]}</p>
<p><button>${titles[action]}</button></p>
</form></section>`,
  })
}

function choices(legend: string, name: string, all: readonly Choice[], chosen: string): Html {
  return html`<fieldset><legend>${legend}</legend>${all.map(
    (choice) =>
      html`<label class="choice"><input type="radio" name="${name}" value="${choice.name}"${choice.name === chosen && raw(' checked')}><span>${choice.words}</span></label>`,
  )}</fieldset>`
}

/** After the form: what it did, and how that is undone. */
export function donePage({
  action,
  found: { about },
  said,
  wasSaid,
  ...time
}: ViewTime & { action: Action; found: FoundIncident; said: Said; wasSaid: boolean }): SiteResponse {
  const what =
    action === 'silence'
      ? (scopesOf(about).find(({ name }) => name === said.scope)?.words ?? '')
      : `${ruleTitle(about.rule, about.entity)} on ${about.host}`
  const undo =
    action === 'silence'
      ? html`<p class="small">To end it before: <code>vitals silence expire ${said.once}</code></p>`
      : html`<p class="small">Another acknowledgement of this incident takes its place.</p>`
  return plainPage({
    title: `${doneWords[action]}: ${what}`,
    content: html`<section class="card ask"><h2>${doneWords[action]}</h2>
<p class="lead" role="status"><strong>${what}</strong><br>until ${formatDateTime(said.untilMs, time.timeZone)} ${time.timeZone}, in ${formatDuration(said.untilMs - time.nowMs)}</p>
<p>by ${said.by}${said.comment !== '' && html`: ${said.comment}`}</p>
<p class="muted small">${wasSaid ? 'This was said before; nothing was changed.' : 'The next run of evaluate takes it, within a minute or so.'}</p>
${undo}</section>`,
  })
}

const doneWords: Record<Action, string> = { silence: 'Silenced', acknowledge: 'Acknowledged' }
