/** /proc/self/mountinfo, one line a mount. Format: proc(5). */

export interface Mount {
  /** Device number, `8:1`; two mounts with the same one show the same file system. */
  majorMinor: string
  /** The directory of the file system that is mounted; other than `/` for bind mounts. */
  root: string
  mountPoint: string
  fsType: string
  source: string
  /** Of this mount. */
  readOnly: boolean
  /** Of the file system below. */
  superOptions: string[]
}

export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? [])
}

/** `27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard`; optional fields end with a lone hyphen. */
function parseLine(line: string): Mount | undefined {
  const fields = line.split(' ')
  const hyphen = fields.indexOf('-', 6)
  const [, , majorMinor, root, mountPoint, options] = fields
  const [fsType, source, superOptions] = fields.slice(hyphen + 1)
  if (hyphen < 0 || !majorMinor || !root || !mountPoint || !options || !fsType) return undefined
  return {
    majorMinor,
    root: unescaped(root),
    mountPoint: unescaped(mountPoint),
    fsType: unescaped(fsType),
    source: unescaped(source ?? ''),
    readOnly: options.split(',').includes('ro'),
    superOptions: (superOptions ?? '').split(','),
  }
}

/** The kernel writes space, tab, newline, backslash and `#` as octal. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
