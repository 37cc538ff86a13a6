import type { Bucket } from './port.ts'

type Open = (url: string) => Promise<Bucket>

/** A store a line; what it needs is loaded when it is used. */
const stores: Record<string, Open> = {
  'file:': async (url) => (await import('./directory.ts')).openDirectoryBucket(url),
  's3:': async (url) => (await import('./s3.ts')).openS3Bucket(url),
}

/** The bucket at `url`, as MONITOR_BUCKET names it: `file:///path`, made when it isn't there, or `s3://name/prefix`. */
export async function openBucket(url: string): Promise<Bucket> {
  const scheme = url.slice(0, url.indexOf(':') + 1)
  const open = stores[scheme]
  if (open && (scheme !== 'file:' || url.startsWith('file:///'))) return open(url)
  throw new Error(`bucket ${JSON.stringify(url)}: expected file:///absolute/path or s3://name/prefix`)
}
