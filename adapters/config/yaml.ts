/** A text in YAML as plain data, and where in it each value stands. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import type { Path } from '../../core/config/problem.ts'

/** Both from 1. */
export interface Place {
  line: number
  column: number
}

export interface YamlText {
  value: unknown
  problems: { place: Place; message: string }[]
  /** Of what stands under these keys; of what is missing, what it is missing from. */
  placeOf(path: Path): Place
}

/** Aliases multiply: a few lines of them can be gigabytes. */
const maxAliasCount = 100

export function parseYaml(text: string): YamlText {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    place: placeAt(pos[0]),
    message: message.trim(),
  }))
  const read = problems.length > 0 ? undefined : plain(() => document.toJS({ maxAliasCount }))
  if (read && 'error' in read) problems.push({ place: placeAt(0), message: read.error })
  return {
    value: read && 'value' in read ? read.value : undefined,
    problems,
    placeOf: (path) => {
      let node: unknown = document.contents
      let offset = startOf(document.contents) ?? 0
      for (const part of path) {
        if (isAlias(node)) node = node.resolve(document)
        const next = isMap(node) ? pairOf(node.items, part) : isSeq(node) ? node.items[Number(part)] : undefined
        if (!next) break
        const value = isNode(next) ? next : (next as Pair).value
        // A block of values begins at its key: the value itself would be the line below.
        const begins = isScalar(value) || isNode(next) ? value : (next as Pair).key
        offset = startOf(begins) ?? startOf((next as Pair).key) ?? offset
        node = value
      }
      return placeAt(offset)
    },
  }
}

function plain(read: () => unknown): { value: unknown } | { error: string } {
  try {
    return { value: read() }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return { error: error.message }
  }
}

function pairOf(pairs: readonly Pair[], key: string | number): Pair | undefined {
  return pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined
}
