/** The site of this machine: the status page, reports, mails that were kept as files. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { type SiteServer, startSiteServer } from '../../adapters/http/site-server.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Settings } from '../../core/settings.ts'
import type { Functions } from '../../embedded/functions.ts'
import type { Jobs } from '../../embedded/jobs.ts'
import { createHandler } from '../../functions/open/handler.ts'
import { readLinkKey } from '../link-key.ts'

export interface SiteOptions {
  settings: Settings
  functions: Functions
  makeReport: Jobs['makeReport']
  log: Log
}

export async function startSite({ settings, functions, makeReport, log }: SiteOptions): Promise<SiteServer> {
  const { bucket, shards, mail } = functions
  const routes = createHandler({
    bucket,
    shards,
    access: 'everyone',
    linkKeys: [readLinkKey(settings.dataDir)],
    clock: systemClock,
    random: systemRandom,
    log,
    timeZone: settings.timeZone,
    notifier: { reachesSomebody: mail.reachesSomebody, destination: mail.destination },
    hrefTo: (path) => `/${path}`,
    makeReport: async (asked) => {
      try {
        return { href: await makeReport(asked) }
      } catch (error) {
        const failed = (error as Error).message
        log.error('the report could not be made', { reason: failed })
        return { failed }
      }
    },
    readNoticeFile: (name) => readFile(join(settings.logDir, 'mail', name)).catch(() => undefined),
  })
  return startSiteServer({ port: settings.port, routes, log })
}
