/** report.json as bytes: what `JSON.stringify` gives, a host at a time, so that no text of ten megabytes is made in between. */
import type { HostReport, Report } from './report.ts'

const end = ']}'

export function reportJson({ hosts, ...report }: Report): Uint8Array {
  const head = JSON.stringify({ ...report, hosts: [] }).slice(0, -end.length)
  return Buffer.concat([Buffer.from(head), ...hosts.map(hostJson), Buffer.from(`${end}\n`)])
}

function hostJson(host: HostReport, index: number): Buffer {
  return Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(host)}`)
}
