/** All commands. */
import { lakeTables } from '../core/keys.ts'
import { hostOptions } from './agent-command.ts'
import type { Command } from './command.ts'
import { runAck } from './commands/ack.ts'
import { runAlerts } from './commands/alerts.ts'
import { runAlertsExplain } from './commands/alerts-explain.ts'
import { runChartsServe, usualChartsPort } from './commands/charts.ts'
import { runEvaluate } from './commands/evaluate.ts'
import { runExport } from './commands/export.ts'
import { runHostForget } from './commands/host-forget.ts'
import { runHostRevoke } from './commands/host-revoke.ts'
import { runNotifyTest } from './commands/notify-test.ts'
import { runQuery } from './commands/query.ts'
import { runReplay } from './commands/replay.ts'
import { runReport } from './commands/report.ts'
import { runRollup } from './commands/rollup.ts'
import { runSilenceAdd, runSilenceExpire, runSilenceList } from './commands/silence.ts'
import { runStateRebuild } from './commands/state-rebuild.ts'
import { runStorage, runStorageSweep } from './commands/storage.ts'
import { runUp } from './commands/up.ts'
import { deployCommands } from './deploy-commands.ts'
import { hostCommands } from './host-commands.ts'
import { lakePeriodOptions } from './lake/period.ts'
import { jsonOption, settingOptions } from './options.ts'
import { rulesCommands } from './rules-commands.ts'
import { matchOptions, saidOptions } from './silence/read.ts'

export const commands: readonly Command[] = [
  {
    words: ['up'],
    meaning: 'agent, functions and site in one process: all that one machine needs',
    options: {
      ...hostOptions,
      port: { value: 'PORT', meaning: 'of the site; 0: any', setting: 'MONITOR_PORT' },
      'no-agent': { meaning: 'only serve the hosts of the bucket' },
    },
    run: runUp,
  },
  ...hostCommands,
  {
    words: ['evaluate'],
    meaning: 'one run of evaluate: take what agents have sent, decide',
    options: { ...settingOptions, ...jsonOption },
    run: runEvaluate,
  },
  {
    words: ['rollup'],
    meaning: 'one run of rollup: the log into Parquet and rollups',
    options: { ...settingOptions, ...jsonOption },
    run: runRollup,
  },
  {
    words: ['storage', 'sweep'],
    meaning: 'remove what is older than MONITOR_KEEP_…_DAYS; vitals up does it daily',
    options: {
      ...settingOptions,
      ...jsonOption,
      'dry-run': { meaning: 'only say what would go' },
    },
    run: runStorageSweep,
  },
  {
    words: ['storage'],
    meaning: 'what the bucket holds: objects, bytes, their price, and what a sweep would remove',
    options: { ...settingOptions, ...jsonOption },
    run: runStorage,
  },
  {
    words: ['query'],
    meaning: 'SQL over the lake, by DuckDB: tables samples, disks, interfaces, processes, transitions, gaps',
    operand: {
      name: 'SQL in quotes',
      meaning: 'one SELECT, e.g. "select host, max(cpuPercent) from samples group by 1"',
    },
    options: {
      ...settingOptions,
      ...lakePeriodOptions,
      format: { value: 'FORMAT', meaning: 'table, json (a line a row) or csv; default: table' },
      json: { meaning: 'the same as --format json' },
    },
    run: runQuery,
  },
  {
    words: ['export'],
    meaning: 'a table of the lake as CSV, NDJSON or Parquet',
    options: {
      ...settingOptions,
      ...lakePeriodOptions,
      table: { value: 'TABLE', meaning: `${lakeTables.join(', ')}; default: samples` },
      format: { value: 'FORMAT', meaning: 'csv, ndjson or parquet; default: csv' },
      out: { value: 'FILE', meaning: 'where it goes; default: -, standard output' },
    },
    run: runExport,
  },
  {
    words: ['report'],
    meaning: 'make a report: metrics_report.html, report.json and PNGs',
    options: {
      ...settingOptions,
      ...jsonOption,
      host: { value: 'NAME', meaning: 'only this host; may be given more than once', multiple: true },
      tag: { value: 'KEY=VALUE', meaning: 'only hosts that have it; of several each', multiple: true },
      hours: { value: 'N', meaning: 'the last N hours; default: 24' },
      days: { value: 'N', meaning: 'the last N days' },
      from: { value: 'TIME', meaning: 'beginning, e.g. 2026-03-01T08:00 (in MONITOR_TIME_ZONE) or …Z' },
      to: { value: 'TIME', meaning: 'end; default: now' },
      'time-zone': { value: 'ZONE', meaning: "the reader's, e.g. Europe/Berlin", setting: 'MONITOR_TIME_ZONE' },
      locale: { value: 'TAG', meaning: "the reader's dates and numbers, e.g. de-DE", setting: 'MONITOR_LOCALE' },
      out: { value: 'DIR', meaning: 'where the files go; default: MONITOR_LOG_DIR' },
      format: { value: 'LIST', meaning: 'of html, json, png and text, or all; default: html,json,png' },
      mail: {
        value: 'TO',
        meaning: 'a mail address that it is sent to as well; may be given more than once',
        multiple: true,
      },
    },
    run: runReport,
  },
  {
    words: ['notify', 'test'],
    meaning: 'send a real message through each receiver, to see whether it arrives',
    options: {
      ...settingOptions,
      ...jsonOption,
      receiver: { value: 'NAME', meaning: 'only this one; may be given more than once', multiple: true },
    },
    run: runNotifyTest,
  },
  ...rulesCommands,
  {
    words: ['silence', 'add'],
    meaning: 'nobody is told of what matches, for a time',
    options: {
      ...settingOptions,
      ...jsonOption,
      ...matchOptions,
      for: { value: 'TIME', meaning: 'so long: 90s, 30m, 2h, 1h30m or 7d' },
      from: { value: 'TIME', meaning: 'beginning, e.g. 2026-03-01T08:00 (in MONITOR_TIME_ZONE) or …Z; default: now' },
      until: { value: 'TIME', meaning: 'end, instead of --for' },
      ...saidOptions,
    },
    run: runSilenceAdd,
  },
  {
    words: ['silence', 'list'],
    meaning: 'silences, and what is acknowledged',
    options: {
      ...settingOptions,
      ...jsonOption,
      all: { meaning: 'those that were over in the last seven days as well' },
    },
    run: runSilenceList,
  },
  {
    words: ['silence', 'expire'],
    meaning: 'end a silence now: what still fires is told',
    operand: { name: 'ID', meaning: 'of the silence' },
    options: { ...settingOptions, ...jsonOption },
    run: runSilenceExpire,
  },
  {
    words: ['ack'],
    meaning: 'somebody takes care of an incident: it is not told again for a time',
    operand: { name: 'INCIDENT', meaning: 'as it stands at the end of a subject' },
    options: {
      ...settingOptions,
      ...jsonOption,
      for: { value: 'TIME', meaning: 'so long: 30m, 2h or 7d; default: 4h' },
      ...saidOptions,
    },
    run: runAck,
  },
  {
    words: ['alerts', 'explain'],
    meaning: 'an incident, step by step: reason, samples, rule, who was told, and the objects that say so',
    operand: { name: 'INCIDENT', meaning: 'as it stands at the end of a subject, or how that begins' },
    options: { ...settingOptions, ...jsonOption },
    run: runAlertsExplain,
  },
  {
    words: ['alerts'],
    meaning: 'what is open now: since when, why, who was told, what holds it back; or what was',
    options: {
      ...settingOptions,
      ...jsonOption,
      host: matchOptions.host,
      rule: matchOptions.rule,
      'exit-code': { meaning: 'status 1 when one is open' },
      history: { meaning: 'the incidents of a time, newest first' },
      days: { value: 'N', meaning: 'of --history: the last N days; default: 7' },
      from: { value: 'TIME', meaning: 'of --history: beginning, e.g. 2026-03-01T08:00 (in MONITOR_TIME_ZONE) or …Z' },
      to: { value: 'TIME', meaning: 'of --history: end; default: now' },
    },
    run: runAlerts,
  },
  {
    words: ['replay'],
    meaning: 'what other rules would have told, beside what was told: the evaluator over the stored log',
    options: {
      ...settingOptions,
      ...jsonOption,
      rules: { value: 'FILE', meaning: 'with the rules and routes to try', setting: 'MONITOR_VITALS_FILE' },
      ...lakePeriodOptions,
    },
    run: runReplay,
  },
  {
    words: ['state', 'rebuild'],
    meaning: 'state that is gone, out of the log; what is there stays',
    options: {
      ...settingOptions,
      ...jsonOption,
      head: { value: 'WRITE', meaning: 'id of the last write, where the log ends with several' },
      'dry-run': { meaning: 'only say what would be put' },
    },
    run: runStateRebuild,
  },
  {
    words: ['host', 'forget'],
    meaning: 'a machine is gone for good: its alerts end, it leaves the status page, its history stays',
    operand: { name: 'HOST', meaning: 'its name' },
    options: { ...settingOptions, ...jsonOption, by: saidOptions.by },
    run: runHostForget,
  },
  ...deployCommands,
  {
    words: ['host', 'revoke'],
    meaning: "nothing of a host is taken any more, whoever has its credentials: by the bucket's policy, within minutes",
    operand: { name: 'HOST', meaning: 'its name' },
    options: {
      ...settingOptions,
      ...jsonOption,
      undo: { meaning: 'it may put again' },
      unknown: { meaning: 'also a host that has never sent anything' },
    },
    run: runHostRevoke,
  },
  {
    words: ['charts', 'serve'],
    meaning: "QuickChart's HTTP API on this machine, drawn here: for programs that use its clients",
    options: { port: { value: 'PORT', meaning: `of 127.0.0.1; 0: any; default: ${usualChartsPort}` } },
    run: runChartsServe,
  },
]
