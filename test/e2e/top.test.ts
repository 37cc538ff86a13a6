/** `vitals top` under a real pseudo-terminal: what it draws there, and how it gives the terminal back. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPseudoTerminal, type PseudoTerminal } from './pseudo-terminal.ts'
import { makeWorkplace, run, start, until, type Workplace } from './vitals.ts'

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')
const takes = '\u001b[?1049h'
const givesBack = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l'

let workplace: Workplace
let terminal: PseudoTerminal | undefined
beforeEach(async () => {
  workplace = await makeWorkplace()
})
afterEach(async () => {
  terminal?.kill()
  await terminal?.ended.catch(() => undefined)
  terminal = undefined
  await workplace.clear()
})

function open(
  args: readonly string[],
  { columns = 80, rows = 24, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): PseudoTerminal {
  const environment = { ...workplace.env, TERM: 'xterm-256color', ...env }
  terminal = openPseudoTerminal(args, { columns, rows, env: environment, cwd: workplace.directory })
  return terminal
}

const openTop = (options: Parameters<typeof open>[1] = {}) =>
  open([process.execPath, main, 'top', '--interval', '0.5'], options)

/** The lines of each whole frame, without colours. */
function frames(screen: Pick<PseudoTerminal, 'output'>): string[][] {
  const shown = screen.output().split('\u001b[?2026h\u001b[H').slice(1)
  return shown.flatMap((rest) => {
    const [frame, after] = rest.split('\u001b[J\u001b[?2026l')
    if (frame === undefined || after === undefined) return []
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours and ends of lines are said
    return [frame.replace(/\u001b\[(?:[0-9;]*m|K)/g, '').split(/\r+\n/)]
  })
}

const untilFrame = (what: string, is: (frame: string[]) => boolean, screen: PseudoTerminal) =>
  until(
    what,
    () => {
      const last = frames(screen).at(-1)
      return last && is(last) && last
    },
    { child: screen },
  )

test('draws the host, sorts by keys, follows the size, and q gives the terminal back as it was', async () => {
  const screen = openTop()
  const first = await untilFrame('a frame', () => true, screen)
  expect(first).toHaveLength(24)
  expect(first[0]).toMatch(/^web-1 +\d{4}-\d\d-\d\d \d\d:\d\d +up /)
  expect(first.join('\n')).toMatch(/^CPU +\[.*\] +\d+(?:\.\d)? %$/m)
  expect(first.find((line) => /^ +PID/.test(line))).toContain('↓CPU %')

  screen.type('m')
  const byMemory = await untilFrame(
    'processes by memory',
    (frame) => frame.some((line) => line.includes('↓MEMORY')),
    screen,
  )
  const at = byMemory.findIndex((line) => /^ +PID/.test(line))
  expect(byMemory[at + 1]).toMatch(/[MG]iB/)
  screen.type('\u001b[C')
  await untilFrame('processes by I/O', (frame) => frame.some((line) => line.includes('↓I/O')), screen)
  screen.type('\u001b[6~')
  await untilFrame('the second page', (frame) => !/↑↓ 1-/.test(frame.at(-1) ?? '↑↓ 1-'), screen)

  screen.resize(120, 40)
  const wide = await untilFrame('a frame of the new size', (frame) => frame.length === 40, screen)
  expect(wide.find((line) => line.includes('PID'))).toContain('THREADS')
  screen.resize(60, 15)
  const narrow = await untilFrame('a narrow frame', (frame) => frame.length === 15, screen)
  expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(60)

  screen.type('q')
  expect(await screen.ended).toEqual({ status: 0, echo: true, lines: true })
  expect(screen.output().startsWith(takes)).toBe(true)
  expect(screen.output().endsWith(givesBack)).toBe(true)
})

test.each([
  ['Ctrl-C', (screen: PseudoTerminal) => screen.type('\u0003')],
  ['SIGTERM', (screen: PseudoTerminal) => screen.signal('TERM')],
  ['SIGINT', (screen: PseudoTerminal) => screen.signal('INT')],
  ['SIGHUP', (screen: PseudoTerminal) => screen.signal('HUP')],
])('%s gives the terminal back', async (_name, stop) => {
  const screen = openTop()
  await untilFrame('a frame', () => true, screen)
  stop(screen)
  expect(await screen.ended).toEqual({ status: 0, echo: true, lines: true })
  expect(screen.output().endsWith(givesBack)).toBe(true)
})

test('a crash gives the terminal back first, so that what Node says of it is seen', async () => {
  const crash = "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('the crash')})"
  const screen = openTop({ env: { NODE_OPTIONS: `--import "${crash}"` } })
  await untilFrame('a frame', () => true, screen)
  screen.signal('USR2')
  expect(await screen.ended).toEqual({ status: 1, echo: true, lines: true })
  const [before, after] = screen.output().split(givesBack)
  expect(before).not.toContain('the crash')
  expect(after).toContain('the crash')
})

test('Ctrl-Z leaves the shell a terminal that works, and fg draws again', async () => {
  const screen = open(['bash', '--noprofile', '--norc', '-i'], { env: { HISTFILE: '/dev/null' } })
  screen.type(`'${process.execPath}' '${main}' top --interval 0.5\r`)
  await untilFrame('a frame', () => true, screen)
  screen.type('\u001a')
  await until('the shell to say that it is stopped', () => /1049l[\s\S]*Stopped/.test(screen.output()), {
    child: screen,
  })
  screen.type('stty -a\r')
  await until('a terminal with echo and lines', () => /isig icanon iexten echo /.test(screen.output()), {
    child: screen,
  })
  const before = frames(screen).length
  screen.type('fg\r')
  await until('frames again', () => frames(screen).length > before + 1, { child: screen })
  screen.type('f')
  await untilFrame('keys to work again', (frame) => frame.some((line) => line.includes('↓FILES')), screen)
  screen.type('q')
  await until('the terminal to be given back', () => screen.output().split(givesBack).length === 3, { child: screen })
  screen.type('exit\r')
  expect(await screen.ended).toEqual({ status: 0, echo: true, lines: true })
})

test('without colour no colour, and a process can neither command the terminal nor turn its text around', async () => {
  const title = 'process.title = "\\u001b[2J\\u202eevil"; setInterval(() => {}, 1000)'
  const hostile = spawn(process.execPath, ['-e', title], { stdio: 'ignore' })
  try {
    const screen = openTop({ rows: 250, env: { NO_COLOR: '1' } })
    screen.type('m')
    const shown = await untilFrame('the process', (frame) => frame.some((line) => line.includes('evil')), screen)
    expect(shown.find((line) => line.includes('evil'))).toMatch(/ \ufffd\[2J\ufffdevil$/)
    screen.type('q')
    await screen.ended
    const drawn = screen.output().replace(takes, '').replace('\u001b[2J', '')
    expect(drawn).not.toContain('\u001b[2J')
    expect(drawn).not.toContain('\u202e')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
    expect(drawn.replaceAll(givesBack, '')).not.toMatch(/\u001b\[[0-9;]*m/)
  } finally {
    hostile.kill('SIGKILL')
  }
})

test('where there is no terminal it says what to take instead; --once and --json need none', async () => {
  const refused = await run(['top'], workplace)
  expect(refused.code).toBe(2)
  expect(refused.output).toContain('"vitals snapshot --json"')
  expect((await run(['top', '--interval', 'soon'], workplace)).output).toContain('--interval soon: expected seconds')
  const once = await run(['top', '--once'], workplace)
  expect(once.code).toBe(0)
  expect(once.output).toMatch(/^web-1 [\s\S]*^ +PID USER/m)
  expect(once.output).not.toContain('\u001b')
  const child = start(['top', '--json', '--interval', '0.5'], workplace)
  const snapshots = (await until('three snapshots', () => child.events.length >= 3 && child.events, { child })) as {
    kind?: unknown
    observedAtMs?: unknown
  }[]
  expect(snapshots.every(({ kind }) => kind === 'snapshot')).toBe(true)
  expect(new Set(snapshots.map(({ observedAtMs }) => observedAtMs)).size).toBe(snapshots.length)
  child.signal('SIGTERM')
  expect(await child.ended).toBe(0)
})

test('a reader that goes away ends the stream without a word', async () => {
  const shell = open([
    'bash',
    '-c',
    `'${process.execPath}' '${main}' top --json --interval 0.5 | head -c 30; echo "|\${PIPESTATUS[0]}"`,
  ])
  await shell.ended
  expect(shell.output()).toMatch(/^\{"kind":"snapshot","observedAt\|0\r\n$/)
})
