/** A report as a mail: what it says in short, its pictures, and a link to all of it. */
import type { Mail, MailImage } from '../../../adapters/mail/port.ts'
import { createMailTemplate } from '../../../adapters/mail/template.ts'
import { changeLine } from '../../../core/report/change-words.ts'
import { fullestDisk } from '../../../core/report/fullest-disk.ts'
import type { HostReport, Report } from '../../../core/report/report.ts'
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
const hostsListed = 40

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

/** In the order of the mail; those of a report without alerts are two. */
const pictures: readonly { file: string; alt: string }[] = [
  { file: 'system_metrics.png', alt: 'CPU, memory and disk over the period' },
  { file: 'process_metrics.png', alt: 'CPU and memory by process over the period' },
  { file: 'alerts.png', alt: 'Alerts that began, by rule' },
]

function imagesOf({ report, files }: MadeReport): MailImage[] {
  const hasAlerts = report.hosts.some(({ alerts }) => alerts.length > 0)
  const png = (file: string): ReportFile | undefined => files.find(({ name }) => name === file)
  return pictures.flatMap(({ file }) => {
    const found = file === 'alerts.png' && !hasAlerts ? undefined : png(file)
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

const linesShown = 10
const longestLine = 160

/** What a mail has room for; all of it stands in the text part and in the report. */
function shortened(text: string): string {
  const characters = [...oneLine(text)]
  return characters.length > longestLine ? `${characters.slice(0, longestLine).join('')}…` : characters.join('')
}

function firstLines(lines: readonly string[]): string[] {
  const left = lines.length - linesShown
  return [...lines.slice(0, linesShown).map(shortened), ...(left > 0 ? [`and ${left} more in the report`] : [])]
}

/** Of the worst hosts first. */
function notesOf(report: Report): ReportView['notes'] {
  const { hosts, locale } = report
  const changes = hosts.flatMap(({ host, changes = [] }) =>
    changes.map((one) => `${formatDateTime(one.lastMs, report)} ${host}: ${changeLine(one, locale)}`),
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
    host: oneLine(host.host),
    cpu: formatPercent(mean('cpu.percent'), locale),
    memory: formatPercent(mean('memory.percent'), locale),
    disk: formatPercent(fullestDisk(host)?.last, locale),
    alerts: String(host.alerts.length),
  }
}

function tableNote(hosts: number): string {
  const note = 'CPU and memory are means of the period; of the disks the fullest, at its end.'
  return hosts > hostsListed ? `The worst ${hostsListed} of ${hosts}. ${note}` : note
}
