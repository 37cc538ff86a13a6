/** The commands of a host that has an agent: they need none of the functions' packages, and hosts get them as a file of its own. */
import { wayNames } from '../infra/agent-role/ways.ts'
import { agentCommand, hostOptions } from './agent-command.ts'
import type { Command } from './command.ts'
import { runDoctor } from './commands/doctor.ts'
import { runEnrol } from './commands/enrol.ts'
import { runLogs } from './commands/logs.ts'
import { runSnapshot } from './commands/snapshot.ts'
import { runStatus } from './commands/status.ts'
import { runTop } from './commands/top.ts'
import { jsonOption, settingOptions } from './options.ts'

export const hostCommands: readonly Command[] = [
  agentCommand,
  {
    words: ['snapshot'],
    meaning: 'one snapshot of this host, as its agent would take it; nothing is kept or sent',
    options: { ...jsonOption, host: hostOptions.host },
    run: runSnapshot,
  },
  {
    words: ['top'],
    meaning: 'this host, live in the terminal; nothing is kept or sent',
    options: {
      json: { meaning: 'print snapshots one after the other, a line of JSON each' },
      host: hostOptions.host,
      interval: { value: 'SECONDS', meaning: 'time between two of them; default: 2' },
      once: { meaning: 'print a single frame, and end' },
    },
    run: runTop,
  },
  {
    words: ['logs'],
    meaning: "this machine's logs, those turned over as well: the host, and its alerts",
    options: {
      ...jsonOption,
      'log-dir': settingOptions['log-dir'],
      log: { value: 'NAME', meaning: 'system, app or alerts; may be given more than once', multiple: true },
      metric: { value: 'GLOBS', meaning: 'only these values, e.g. cpu.percent,disks*', multiple: true },
      since: { value: 'TIME', meaning: 'the last 90s, 30m, 2h, 1h30m or 7d; default: 1h' },
      from: { value: 'TIME', meaning: 'beginning, e.g. 2026-03-01T08:00 (in MONITOR_TIME_ZONE) or …Z' },
      to: { value: 'TIME', meaning: 'end; default: now' },
      follow: { meaning: 'the last ten lines of each, and what comes until Ctrl-C' },
    },
    run: runLogs,
  },
  {
    words: ['status'],
    meaning: 'the agent of this host, and the hosts of the bucket, worst first, with their alerts',
    options: { ...settingOptions, ...jsonOption },
    run: runStatus,
  },
  {
    words: ['doctor'],
    meaning: 'what is wrong with the agent of this host, and what to do; status 1: something must be done',
    options: {
      ...settingOptions,
      ...jsonOption,
      host: hostOptions.host,
      strict: { meaning: 'warnings count as problems' },
    },
    run: runDoctor,
  },
  {
    words: ['enrol'],
    meaning: 'the policy of AWS IAM that the agent of a host needs, or all it takes to give it credentials',
    options: {
      ...settingOptions,
      ...jsonOption,
      host: hostOptions.host,
      way: {
        value: 'WAY',
        meaning: `${wayNames.join(', ')}: a template of CloudFormation; in a terminal, what to do with it`,
      },
      cloudwatch: { meaning: 'it sends metrics to CloudWatch, too; as with MONITOR_CLOUDWATCH=on' },
    },
    run: runEnrol,
  },
]
