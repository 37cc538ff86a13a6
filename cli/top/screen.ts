/**
 * The terminal while `vitals top` has it: the alternate screen without cursor and without wrapping, keys as they are typed.
 * It is given back however the process ends or is stopped, but for SIGKILL.
 */
import { writeSync } from 'node:fs'
import type { ReadStream, WriteStream } from 'node:tty'
import { type Key, readKeys } from './keys.ts'

export interface Screen {
  size(): { columns: number; rows: number }
  /** In one write, over what is there: nothing is cleared first, so nothing flickers. */
  show(frame: string): void
  close(): void
}

export interface ScreenOptions {
  input: ReadStream
  output: WriteStream & { fd: number }
  onKey(key: Key): void
  /** Another size, or the terminal is ours again: what stood there is gone. */
  onChange(): void
  /** The terminal is gone. */
  onEnd(): void
}

const csi = '\u001b['
const takeScreen = `${csi}?1049h${csi}?25l${csi}?7l${csi}2J`
const giveScreen = `${csi}0m${csi}?7h${csi}?25h${csi}?1049l`
/** Terminals that know it show all of a frame at once; the others ignore it. */
const beginFrame = `${csi}?2026h${csi}H`
const endFrame = `${csi}J${csi}?2026l`
const endOfLine = `${csi}K`

export function openScreen({ input, output, onKey, onChange, onEnd }: ScreenOptions): Screen {
  let isOurs = false
  const raw = (on: boolean) => {
    if (input.isTTY) input.setRawMode(on)
  }
  const take = () => {
    // Somebody else may have changed it meanwhile, which Node does not know: off first, or on would do nothing.
    raw(false)
    raw(true)
    isOurs = true
    output.write(takeScreen)
  }
  const give = () => {
    if (!isOurs) return
    isOurs = false
    // At once: in a process that is ending nothing else is written any more.
    ignoringGone(() => writeSync(output.fd, giveScreen))
    ignoringGone(() => raw(false))
  }
  const stopLike = (pid: number) => {
    give()
    process.removeListener('SIGTSTP', onStop)
    process.kill(pid, 'SIGTSTP')
    // Here again after SIGCONT, or at once where nobody could continue us and the kernel stops nobody.
    process.on('SIGTSTP', onStop)
    retake()
  }
  const retake = () => {
    take()
    onChange()
  }
  const onStop = () => stopLike(process.pid)
  const onTyped = (typed: Buffer | string) => {
    for (const key of readKeys(typed.toString())) {
      // What the terminal would do: all of the foreground's process group, npm among them.
      if (key.kind === 'suspend') stopLike(0)
      else onKey(key)
    }
  }

  process.on('exit', give)
  // Before Node prints the error, or it would be on the screen that goes away.
  process.on('uncaughtExceptionMonitor', give)
  process.on('SIGTSTP', onStop)
  process.on('SIGCONT', retake)
  output.on('resize', onChange)
  output.on('error', onEnd)
  input.on('error', onEnd)
  if (input.isTTY) input.on('data', onTyped).on('end', onEnd)
  take()

  return {
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    show: (frame) => {
      if (isOurs) output.write(`${beginFrame}${frame.replaceAll('\n', `${endOfLine}\r\n`)}${endOfLine}${endFrame}`)
    },
    close: () => {
      give()
      process.removeListener('exit', give)
      process.removeListener('uncaughtExceptionMonitor', give)
      process.removeListener('SIGTSTP', onStop)
      process.removeListener('SIGCONT', retake)
      output.removeListener('resize', onChange)
      input.removeListener('data', onTyped)
      input.pause()
    },
  }
}

/** A terminal that was closed takes nothing back. */
function ignoringGone(give: () => void): void {
  try {
    give()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EIO' && code !== 'EPIPE' && code !== 'EBADF' && code !== 'ENOTTY') throw error
  }
}
