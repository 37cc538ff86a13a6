/**
 * Colours and type: one look for pages, mails and charts. The same thing has the same colour everywhere.
 *
 * The series that share a chart stay apart for the colour-blind (CPU, memory, disk, load: OKLab distance of 13 and more
 * under deuteranopia and protanopia as Machado et al. 2009 model them), lines have 3:1 and text 4.5:1 against the surface
 * (WCAG 2.2). States differ in hue only for those who see it, so a word always stands beside the colour.
 */

export interface Palette {
  /** Behind everything. */
  page: string
  /** Cards, tables, charts. */
  surface: string
  /** Headings of tables, tracks of bars. */
  sunken: string
  border: string
  grid: string
  text: string
  muted: string
  link: string
  series: Record<SeriesColour, string>
  state: Record<StateColour, string>
  /** Behind a word of that state. */
  stateSurface: Record<StateColour, string>
}

export type SeriesColour =
  | 'cpu'
  | 'iowait'
  | 'load'
  | 'memory'
  | 'swap'
  | 'disk'
  | 'read'
  | 'written'
  | 'received'
  | 'sent'
  | 'connections'
  | 'processes'

export type StateColour = 'ok' | 'warning' | 'critical' | 'noData' | 'stopped'

export const light: Palette = {
  page: '#f3f5f8',
  surface: '#ffffff',
  sunken: '#eef1f5',
  border: '#d8dee6',
  grid: '#e4e8ee',
  text: '#16202c',
  muted: '#566273',
  link: '#1b5fc1',
  series: {
    cpu: '#2f6fd0',
    iowait: '#64748b',
    load: '#6c5700',
    memory: '#8e1269',
    swap: '#8a6fd1',
    disk: '#1c8f6a',
    read: '#0b7fab',
    written: '#b4540a',
    received: '#0b7fab',
    sent: '#b4540a',
    connections: '#4f46a5',
    processes: '#475569',
  },
  state: { ok: '#147a3c', warning: '#8f5200', critical: '#bf1d2c', noData: '#5a5570', stopped: '#566273' },
  stateSurface: { ok: '#e3f4e9', warning: '#fdf0d5', critical: '#fde7e8', noData: '#eceaf3', stopped: '#e9edf2' },
}

export const dark: Palette = {
  page: '#0e1218',
  surface: '#171c24',
  sunken: '#202732',
  border: '#2c3542',
  grid: '#28303c',
  text: '#e7ecf3',
  muted: '#9aa7b8',
  link: '#7db7ff',
  series: {
    cpu: '#5cacff',
    iowait: '#94a3b8',
    load: '#bfaa35',
    memory: '#cf7bac',
    swap: '#b6a2f2',
    disk: '#51e0dc',
    read: '#57b8e6',
    written: '#f29a54',
    received: '#57b8e6',
    sent: '#f29a54',
    connections: '#a5a0f0',
    processes: '#a3b1c2',
  },
  state: { ok: '#56cf84', warning: '#f0b445', critical: '#ff8080', noData: '#b3aed0', stopped: '#9aa7b8' },
  stateSurface: { ok: '#143323', warning: '#3a2b0c', critical: '#44191d', noData: '#2a2838', stopped: '#232b36' },
}

/** Which colour a series of `core/metrics.ts` has. */
export function seriesColour(metricId: string): SeriesColour {
  return byMetric[metricId] ?? 'processes'
}

export const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
export const monoFamily = "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace"

/**
 * Custom properties of both palettes (`--surface`, `--series-cpu`, `--state-critical`, `--state-critical-surface`): light,
 * dark where the reader's system asks for it, light on paper. Everything a page's own CSS needs of colour.
 */
export function themeCss(): string {
  return [
    `:root{color-scheme:light dark;${properties(light)}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${properties(dark)}}}`,
  ].join('\n')
}

function properties({ series, state, stateSurface, ...plain }: Palette): string {
  return [
    ...Object.entries(plain).map(([name, colour]) => `--${name}:${colour}`),
    ...Object.entries(series).map(([name, colour]) => `--series-${name}:${colour}`),
    ...Object.entries(state).map(([name, colour]) => `--state-${name}:${colour}`),
    ...Object.entries(stateSurface).map(([name, colour]) => `--state-${name}-surface:${colour}`),
  ].join(';')
}

const byMetric: Readonly<Record<string, SeriesColour>> = {
  'cpu.percent': 'cpu',
  'cpu.iowait': 'iowait',
  'cpu.steal': 'iowait',
  load1: 'load',
  'memory.percent': 'memory',
  'memory.used': 'memory',
  'swap.percent': 'swap',
  'disk.percent': 'disk',
  'disk.inodes': 'disk',
  'disk.read': 'read',
  'disk.written': 'written',
  'disk.busy': 'disk',
  'net.received': 'received',
  'net.sent': 'sent',
  'tcp.established': 'connections',
  'processes.total': 'processes',
}
