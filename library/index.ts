/** `import { SystemMonitor, MetricsVisualizer } from 'vitals'`: a host watched, and its history drawn, from within a program. */
export type { Log, LogFields } from '../adapters/log/port.ts'
export type { SettingProblem } from '../core/parse-settings.ts'
export type { Snapshot } from '../core/snapshot.ts'
export type { Check, Finding } from './findings.ts'
export { type MonitorEvents, type ReportOptions, type SnapshotsOptions, SystemMonitor } from './monitor.ts'
export { type MonitorOptions, SettingsError } from './options.ts'
export type { Reading } from './queue.ts'
export { MetricsVisualizer, type PlotOptions, type VisualizerOptions } from './visualizer.ts'
