import { openDirectoryBucket } from './directory.ts'
import type { Bucket } from './port.ts'

type Open = (url: string) => Promise<Bucket>

/** A store a line. */
const stores: Record<string, Open> = {
  'file:': openDirectoryBucket,
}

/** The bucket at `url`, as MONITOR_BUCKET names it: `file:///path`, made when it isn't there. */
export async function openBucket(url: string): Promise<Bucket> {
  const scheme = url.slice(0, url.indexOf(':') + 1)
  const open = stores[scheme]
  if (open && (scheme !== 'file:' || url.startsWith('file:///'))) return open(url)
  const problem = scheme === 's3:' ? 'this build has no adapter for S3; ' : ''
  throw new Error(`bucket ${JSON.stringify(url)}: ${problem}expected file:///absolute/path`)
}
