const endOfCentral = 0x06054b50
const centralHeader = 0x02014b50

/** The names in a zip without a comment, each with the CRC-32 of what it has: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16 */
export function zipContents(zip: Buffer): Record<string, number> {
  const end = zip.byteLength - 22
  if (zip.readUInt32LE(end) !== endOfCentral) throw new Error('no zip, or one with a comment')
  const contents: Record<string, number> = {}
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== centralHeader) throw new Error(`no central header at ${at}`)
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    contents[zip.toString('utf8', at + 46, at + 46 + name)] = zip.readUInt32LE(at + 16)
    at += 46 + name + extra + comment
  }
  return contents
}
