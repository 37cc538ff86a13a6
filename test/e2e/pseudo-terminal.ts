/** A program under a real pseudo-terminal, which Python's standard library has and Node's has not. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface PseudoTerminal {
  /** All that the program has written, escape sequences and all. */
  output(): string
  type(keys: string): void
  resize(columns: number, rows: number): void
  signal(name: 'TERM' | 'INT' | 'HUP' | 'USR2'): void
  /** How the program ended (below 0: by that signal), and how it left the terminal. */
  ended: Promise<{ status: number; echo: boolean; lines: boolean }>
  kill(): void
}

export function openPseudoTerminal(
  command: readonly string[],
  { columns, rows, env, cwd }: { columns: number; rows: number; env: Record<string, string>; cwd: string },
): PseudoTerminal {
  const python = join(import.meta.dirname, 'terminal.py')
  const child = spawn('python3', [python, String(columns), String(rows), ...command], { env, cwd })
  let output = ''
  let left = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    left += text
  })
  const order = (what: object) => void child.stdin.write(`${JSON.stringify(what)}\n`)
  child.stdin.on('error', () => undefined)
  return {
    output: () => output,
    type: (keys) => order({ type: keys }),
    resize: (wide, high) => order({ size: [wide, high] }),
    signal: (name) => order({ signal: name }),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        if (left.startsWith('{')) resolve(JSON.parse(left))
        else reject(new Error(`terminal.py ended with ${code}: ${left}`))
      })
    }),
    kill: () => void child.stdin.end(),
  }
}
