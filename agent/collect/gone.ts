/** What ends while it is read is no error: processes, control groups, pid files. */

/** ENOENT: no such file any more. ESRCH and ENODEV: an open file whose process or control group has ended. */
const codes = new Set(['ENOENT', 'ESRCH', 'ENODEV', 'ENOTDIR'])

export function isGone(error: unknown): boolean {
  return codes.has((error as NodeJS.ErrnoException).code ?? '')
}

/** Undefined when what should be read has just ended. */
export function unlessGone<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
