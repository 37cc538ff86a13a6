/** The commands of vitals.yml: what it says of a host, what is wrong with it, and whether it does what was meant. */
import type { Command } from './command.ts'
import { runRulesCheck } from './commands/rules-check.ts'
import { runRulesExplain } from './commands/rules-explain.ts'
import { runRulesTest } from './commands/rules-test.ts'
import { runTest, usualTestFile } from './commands/test.ts'
import { jsonOption, settingOptions } from './options.ts'

const { bucket, 'data-dir': dataDir } = settingOptions
const options = { bucket, 'data-dir': dataDir, ...jsonOption }
const file = { value: 'FILE', meaning: 'rules, receivers, routes and maintenance', setting: 'MONITOR_VITALS_FILE' }

export const rulesCommands: readonly Command[] = [
  {
    words: ['rules', 'check'],
    meaning: 'what is wrong with vitals.yml, and what of it is of no use; exit status 1 where there is anything',
    operand: { name: 'FILE', meaning: 'default: MONITOR_VITALS_FILE', optional: true },
    options,
    run: runRulesCheck,
  },
  {
    words: ['rules', 'explain'],
    meaning: 'the rules of a host, and where each field comes from',
    options: {
      ...options,
      file,
      host: { value: 'NAME', meaning: 'default: this host' },
      tag: { value: 'KEY=VALUE', meaning: 'its tags, instead of those that the bucket has of it', multiple: true },
    },
    run: runRulesExplain,
  },
  {
    words: ['rules', 'test'],
    meaning: 'series of metrics through the rules, held against the alerts that they should become; docs/alerting.md',
    operand: { name: 'FILE', meaning: 'tests in YAML' },
    options: { ...jsonOption, file },
    run: runRulesTest,
  },
  {
    words: ['test'],
    meaning:
      'hosts of a file through agent, bucket, rules and mails, held against who should be told; docs/testing-your-setup.md',
    operand: { name: 'FILE…', meaning: `tests in YAML; default: ${usualTestFile}`, optional: true, several: true },
    options: {
      ...jsonOption,
      file,
      localstack: { meaning: 'on a LocalStack, which is started, instead of a directory' },
      endpoint: { value: 'URL', meaning: 'on a LocalStack that runs there' },
      junit: { value: 'FILE', meaning: 'results as CI servers read them' },
      mails: { value: 'DIR', meaning: 'keep each mail as a file' },
    },
    run: runTest,
  },
]
