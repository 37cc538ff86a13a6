import { crc32 } from 'node:zlib'

const localHeader = 0x04034b50
const centralHeader = 0x02014b50
const endOfCentral = 0x06054b50
const zipVersion = 20
/** 1980-01-01, the first day of ZIP. */
const epochDate = 0x21

/** Stored, not compressed: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  for (const [path, text] of Object.entries(files)) {
    const at = parts.reduce((sum, { length }) => sum + length, 0)
    const name = Buffer.from(path)
    const body = Buffer.from(text)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(zipVersion, 0)
    common.writeUInt16LE(epochDate, 8)
    common.writeUInt32LE(crc32(body), 10)
    common.writeUInt32LE(body.length, 14)
    common.writeUInt32LE(body.length, 18)
    common.writeUInt16LE(name.length, 22)
    parts.push(uint32(localHeader), common, name, body)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    central.push(uint32(centralHeader), uint16(zipVersion), common, rest, name)
  }
  const body = Buffer.concat(parts)
  const directory = Buffer.concat(central)
  const count = uint16(Object.keys(files).length)
  const end = [uint32(endOfCentral), uint32(0), count, count, uint32(directory.length), uint32(body.length), uint16(0)]
  return Buffer.concat([body, directory, ...end])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
