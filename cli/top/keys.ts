/** What is typed, as it comes from a terminal in raw mode, and what becomes of the view by it. Pure. */
import { nextSort, type Sort } from './sort.ts'

export interface TopState {
  sort: Sort
  /** Processes that are scrolled over. */
  offset: number
}

export type Key =
  | { kind: 'sort'; sort: Sort }
  | { kind: 'next-sort'; step: 1 | -1 }
  | { kind: 'scroll'; by: 'row' | 'page' | 'all'; step: 1 | -1 }
  | { kind: 'quit' | 'suspend' | 'redraw' }

/** What is no key of ours is nothing. */
export function readKeys(typed: string): Key[] {
  const tokens = typed.match(sequence) ?? []
  return tokens.flatMap((token) => keys[token.replace('\u001bO', '\u001b[')] ?? [])
}

/** `rows`: those of the table. The frame says how far there is something to scroll over. */
export function press(state: TopState, key: Key, rows: number): TopState {
  switch (key.kind) {
    case 'sort':
      return { sort: key.sort, offset: 0 }
    case 'next-sort':
      return { sort: nextSort(state.sort, key.step), offset: 0 }
    case 'scroll': {
      const distance = { row: 1, page: Math.max(1, rows - 1), all: Number.MAX_SAFE_INTEGER }[key.by]
      return { ...state, offset: Math.max(0, Math.min(state.offset + key.step * distance, Number.MAX_SAFE_INTEGER)) }
    }
    default:
      return state
  }
}

/** CSI and SS3 sequences of ECMA-48 as one, everything else a character at a time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what keys are
const sequence = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])|[\s\S]/gu

const keys: Readonly<Record<string, Key>> = {
  c: { kind: 'sort', sort: 'cpu' },
  m: { kind: 'sort', sort: 'memory' },
  o: { kind: 'sort', sort: 'io' },
  f: { kind: 'sort', sort: 'files' },
  '\u001b[C': { kind: 'next-sort', step: 1 },
  '\u001b[D': { kind: 'next-sort', step: -1 },
  '\u001b[B': { kind: 'scroll', by: 'row', step: 1 },
  '\u001b[A': { kind: 'scroll', by: 'row', step: -1 },
  '\u001b[6~': { kind: 'scroll', by: 'page', step: 1 },
  '\u001b[5~': { kind: 'scroll', by: 'page', step: -1 },
  '\u001b[F': { kind: 'scroll', by: 'all', step: 1 },
  '\u001b[H': { kind: 'scroll', by: 'all', step: -1 },
  q: { kind: 'quit' },
  Q: { kind: 'quit' },
  // Ctrl-C, Ctrl-Z, Ctrl-L: in raw mode the terminal makes no signals of them.
  '\u0003': { kind: 'quit' },
  '\u001a': { kind: 'suspend' },
  '\u000c': { kind: 'redraw' },
}
