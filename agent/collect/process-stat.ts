/**
 * /proc/PID/stat, read byte by byte: it is read for every process in every snapshot, and strings would cost more than the
 * kernel does. Fields: proc(5).
 */

export interface ProcessStat {
  /** One letter: R, S, D, Z, T, I, ... */
  state: string
  ppid: number
  /** User and system time since the start, in ticks of 1/100 s. */
  cpuTicks: number
  threads: number
  /** Since boot, in ticks of 1/100 s. */
  startTicks: number
  rssPages: number
  /** Where the name stands in the buffer: between the first opening and the last closing parenthesis. */
  nameStart: number
  nameEnd: number
}

export function emptyStat(): ProcessStat {
  return { state: '', ppid: 0, cpuTicks: 0, threads: 0, startTicks: 0, rssPages: 0, nameStart: 0, nameEnd: 0 }
}

const space = 0x20
const open = 0x28
const close = 0x29
const zero = 0x30

/** Fields after the name, counted from the state as 0. */
const field = { ppid: 1, userTicks: 11, systemTicks: 12, threads: 17, startTicks: 19, rssPages: 21 } as const

/** Fills `stat`; false when the bytes are no whole line. A name may hold anything: spaces, parentheses, newlines. */
export function parseProcessStat(bytes: Uint8Array, length: number, stat: ProcessStat): boolean {
  const nameStart = bytes.indexOf(open) + 1
  let nameEnd = length - 1
  while (nameEnd >= nameStart && bytes[nameEnd] !== close) nameEnd--
  if (nameStart === 0 || nameEnd < nameStart || nameEnd + 2 >= length) return false
  stat.nameStart = nameStart
  stat.nameEnd = nameEnd
  stat.state = String.fromCharCode(bytes[nameEnd + 2] ?? 0)
  let index = 0
  let value = 0
  for (let at = nameEnd + 2; at < length && index <= field.rssPages; at++) {
    const byte = bytes[at] ?? 0
    if (byte !== space && byte >= zero) {
      value = value * 10 + (byte - zero)
      continue
    }
    if (byte !== space) continue
    if (index === field.ppid) stat.ppid = value
    else if (index === field.userTicks) stat.cpuTicks = value
    else if (index === field.systemTicks) stat.cpuTicks += value
    else if (index === field.threads) stat.threads = value
    else if (index === field.startTicks) stat.startTicks = value
    else if (index === field.rssPages) stat.rssPages = value
    index++
    value = 0
  }
  return index > field.rssPages
}

const states = new Map([
  ['R', 'running'],
  ['S', 'sleeping'],
  ['D', 'disk-sleep'],
  ['Z', 'zombie'],
  ['T', 'stopped'],
  ['t', 'tracing-stop'],
  ['I', 'idle'],
  ['X', 'dead'],
  ['x', 'dead'],
  ['K', 'wake-kill'],
  ['W', 'waking'],
  ['P', 'parked'],
])

/** The word for a state, as `psutil` has it. */
export function statusOf(state: string): string {
  return states.get(state) ?? 'unknown'
}
