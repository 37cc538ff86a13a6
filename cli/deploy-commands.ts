/** The commands of the stack on AWS. */
import type { Command } from './command.ts'
import { runCost } from './commands/cost.ts'
import { runDeploy, runDestroy } from './commands/deploy.ts'
import { costOptions } from './cost/load.ts'
import { yesOption } from './deploy/confirm.ts'
import { targetOptions } from './deploy/target.ts'
import { jsonOption } from './options.ts'

const options = {
  ...targetOptions,
  ...jsonOption,
  ...yesOption,
  plan: { meaning: 'only say what would be done' },
}

export const deployCommands: readonly Command[] = [
  {
    words: ['deploy'],
    meaning: 'bucket, functions, roles and alarms into an account of AWS, from a clone: plan, question, deployment',
    options: {
      ...options,
      ...costOptions,
      force: { meaning: 'also where nothing is to be changed: a secret has another value' },
      lose: { value: 'RESOURCE', meaning: 'it may go with what it holds; the plan names it', multiple: true },
    },
    run: runDeploy,
  },
  {
    words: ['destroy'],
    meaning: 'remove what deploy made; the history stays in its bucket',
    options: { ...options, 'delete-data': { meaning: 'the history goes as well' } },
    run: runDestroy,
  },
  {
    words: ['cost'],
    meaning: 'what a stack for so many hosts costs a month, by the model of docs/cost.md',
    options: {
      ...costOptions,
      shards: { value: 'N', meaning: 'of the bucket', setting: 'MONITOR_SHARDS' },
      ...jsonOption,
    },
    run: runCost,
  },
]
