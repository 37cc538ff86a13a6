/** The site of this machine: the status page, reports, mails that were kept as files. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../adapters/clock/system.ts'
import { type SiteServer, startSiteServer } from '../../adapters/http/site-server.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Settings } from '../../core/settings.ts'
import { createHandler } from '../../functions/open/handler.ts'
import type { ReportLink } from '../../functions/open/status-page.ts'
import { readReportIndex } from '../../functions/report/publish.ts'
import type { Functions } from '../compose.ts'
import { readLinkKey } from '../link-key.ts'

const reportsShown = 10

export async function startSite({
  settings,
  functions: { bucket, shards, mail, rollup, report },
  log,
}: {
  settings: Settings
  functions: Functions
  log: Log
}): Promise<SiteServer> {
  const routes = createHandler({
    bucket,
    shards,
    access: 'everyone',
    linkKeys: [readLinkKey(settings.dataDir)],
    clock: systemClock,
    log,
    timeZone: settings.timeZone,
    notifier: { reachesSomebody: mail.reachesSomebody, destination: mail.destination },
    listReports: async (): Promise<ReportLink[]> =>
      (await readReportIndex(bucket)).slice(0, reportsShown).map(({ id, title, generatedAtMs }) => ({
        href: reportHref(id),
        title,
        madeAtMs: generatedAtMs,
      })),
    makeReport: async (hours) => {
      try {
        await rollup({})
        const { id } = await report({ hours })
        log.info('report made', { hours, id })
        return { href: reportHref(id) }
      } catch (error) {
        log.error('the report could not be made', { reason: (error as Error).message })
        return { failed: (error as Error).message }
      }
    },
    readNoticeFile: (name) => readFile(join(settings.logDir, 'mail', name)).catch(() => undefined),
  })
  return startSiteServer({ port: settings.port, routes, log })
}

function reportHref(id: string): string {
  return `/reports/${id}/metrics_report.html`
}
