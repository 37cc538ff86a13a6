/** A report as a mail: what it says in short, its pictures, and a link to all of it. */
import type { Mail, MailImage } from '../../../adapters/mail/port.ts'
import { createMailTemplate } from '../../../adapters/mail/template.ts'
import { changeLine } from '../../../core/report/change-words.ts'
import { fullestDiskEver } from '../../../core/report/fullest-disk.ts'
import type { HostReport, Report } from '../../../core/report/report.ts'
import { isToldInStory, storyOf } from '../../../core/report/story.ts'
import { reportPeriod, reportTitle } from '../../../core/report/text.ts'
import { formatDateTime, formatPercent } from '../../../core/view/format.ts'
import { linkTarget } from '../../../core/view/html.ts'
import { oneLine, plainSpaces } from '../../../core/view/line.ts'
import type { MadeReport, ReportFile } from '../make-report.ts'
import { templates } from './templates.generated.ts'

/** Strings are printable lines, not escaped for HTML. */
interface ReportView {
  subject: string
  title: string
  period: string
  summary: string
  story: { host: string; lines: string[] }[]
  problems: string[]
  notes: { title: string; lines: string[] }[]
  button?: { label: string; href: string }
  hosts: { host: string; cpu: string; memory: string; disk: string; alerts: string }[]
  tableNote: string
  images: { cid: string; alt: string }[]
  footer: string[]
}

const htmlOf = createMailTemplate<ReportView>(templates.report)

/** Gmail cuts mails at some 102 kB of HTML: of many hosts the worst are listed. */
const hostsListed = 12

/** `id`: the report's own. `href`: where the whole of it opens; absent: the mail has no link. */
export function renderReportMail(made: MadeReport, { id, href }: { id: string; href?: string }): Mail {
  const images = imagesOf(made)
  const view = viewOf(made.report, { id, images, ...(href === undefined ? {} : { href }) })
  const link = view.button === undefined ? [] : [`${view.button.label}: ${view.button.href}`]
  return {
    id: `report-${id}`,
    subject: plainSpaces(view.subject),
    text: plainSpaces(`${[view.title, made.text.trimEnd(), '', ...link, '-- ', ...view.footer].join('\n')}\n`),
    html: htmlOf(view),
    images,
    unsubscribe: 'unsubscribe from reports',
  }
}

/** In the order of the mail; those of a report in which no alert began are two, and of one without data there are none. */
const pictures: readonly { file: string; alt: string }[] = [
  { file: 'system_metrics.png', alt: 'CPU, memory and disk over the period' },
  { file: 'process_metrics.png', alt: 'CPU and memory by process over the period' },
  { file: 'alerts.png', alt: 'Alerts that began, by rule' },
]

function imagesOf({ report, files }: MadeReport): MailImage[] {
  if (report.hosts.every(({ coverage, alerts }) => coverage.snapshots === 0 && alerts.length === 0)) return []
  const haveBegun = report.hosts.some(({ alerts }) =>
    alerts.some(({ startedAtMs }) => startedAtMs >= report.period.fromMs),
  )
  const png = (file: string): ReportFile | undefined => files.find(({ name }) => name === file)
  return pictures.flatMap(({ file }) => {
    const found = file === 'alerts.png' && !haveBegun ? undefined : png(file)
    return found ? [{ cid: file.replace('.png', ''), fileName: file, png: found.body }] : []
  })
}

function viewOf(
  report: Report,
  { id, images, href }: { id: string; images: readonly MailImage[]; href?: string },
): ReportView {
  const { hosts } = report
  const title = reportTitle(report)
  return {
    subject: `[report] ${title}`,
    title,
    period: reportPeriod(report),
    summary: shortened(report.summary),
    story: storyLines(report),
    problems: firstLines(report.problems),
    notes: notesOf(report),
    ...(href === undefined ? {} : { button: { label: 'Open the report', href: linkTarget(href) } }),
    hosts: hosts.slice(0, hostsListed).map((host) => rowOf(host, report)),
    tableNote: tableNote(hosts.length),
    images: images.map(({ cid, fileName }) => ({
      cid,
      alt: pictures.find(({ file }) => file === fileName)?.alt ?? fileName,
    })),
    footer: [`Vitals · report ${id}`],
  }
}

/** What happened, for whoever reads no further. */
const hostsTold = 8
const linesTold = 5

function storyLines(report: Report): ReportView['story'] {
  return storyOf(report)
    .slice(0, hostsTold)
    .map(({ host, lines }) => ({
      host: report.hosts.length > 1 ? shortened(host.host, longestName) : '',
      lines: lines.slice(0, linesTold).map((line) => shortened(line)),
    }))
}

const linesShown = 10
const longestLine = 160
const longestName = 48

/** What a mail has room for; all of it stands in the text part and in the report. */
function shortened(text: string, longest = longestLine): string {
  const characters = [...oneLine(text)]
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : characters.join('')
}

function firstLines(lines: readonly string[]): string[] {
  const left = lines.length - linesShown
  return [
    ...lines.slice(0, linesShown).map((line) => shortened(line)),
    ...(left > 0 ? [`and ${left} more in the report`] : []),
  ]
}

/** Of the worst hosts first. */
function notesOf(report: Report): ReportView['notes'] {
  const { hosts, locale } = report
  const changes = hosts.flatMap(({ host, changes = [] }) =>
    changes
      .filter((one) => !isToldInStory(one))
      .map((one) => `${formatDateTime(one.lastMs, report)} ${host}: ${changeLine(one, locale)}`),
  )
  const missing = hosts.flatMap(({ host, unavailable = [] }) =>
    unavailable.map(({ subject, percent, reason }) => {
      return `${host}: ${subject}, in ${formatPercent(percent, locale)} of the snapshots: ${reason}`
    }),
  )
  return [
    { title: 'What changed', lines: firstLines(changes) },
    { title: 'Not read', lines: firstLines(missing) },
  ].filter(({ lines }) => lines.length > 0)
}

function rowOf(host: HostReport, { locale }: Report): ReportView['hosts'][number] {
  const mean = (name: string) => host.metrics.find(({ metric, entity }) => metric === name && entity === '')?.mean
  return {
    host: shortened(host.host, longestName),
    cpu: formatPercent(mean('cpu.percent'), locale),
    memory: formatPercent(mean('memory.percent'), locale),
    disk: formatPercent(fullestDiskEver(host)?.max, locale),
    alerts: String(host.alerts.length),
  }
}

function tableNote(hosts: number): string {
  const note = 'CPU and memory are means of the period; of the disks the fullest, when it was fullest.'
  return hosts > hostsListed ? `The worst ${hostsListed} of ${hosts}. ${note}` : note
}
