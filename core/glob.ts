/** Globs on names: `*` is any number of characters, `?` is one, everything else is itself. Case counts. */

/**
 * By two positions and the last star, not by a regular expression: `*a*a*a*b` against a long run of a's would keep one
 * busy for years.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const pattern = [...glob]
  const text = [...name]
  let at = 0
  let star = -1
  let starAt = 0
  for (let read = 0; read < text.length; ) {
    // A star first: the name may have one too.
    if (pattern[at] === '*') {
      star = at++
      starAt = read
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[read])) {
      at++
      read++
    } else if (star >= 0) {
      at = star + 1
      read = ++starAt
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** A glob that matches the name, and hardly any other: what stands in it as a `*` is any one character. */
export function globOf(name: string, mostLength = Number.POSITIVE_INFINITY): string {
  const glob = name.replaceAll('*', '?')
  return glob.length <= mostLength ? glob : `${glob.slice(0, mostLength - 1).toWellFormed()}*`
}
