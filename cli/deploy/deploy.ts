/** Packages, plans, asks, deploys exactly what was planned, and says what came of it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../adapters/clock/system.ts'
import { readCaller } from '../../adapters/deployment/account.ts'
import { readStackEvents } from '../../adapters/deployment/stack.ts'
import { begin, type Context } from './begin.ts'
import { confirm } from './confirm.ts'
import { followStack } from './follow.ts'
import { type Framework, runFramework } from './framework.ts'
import { outcomeLines, readOutcome } from './outcome.ts'
import { expectSettings, packageStack } from './packaged.ts'
import { makePlan, type Plan } from './plan.ts'
import { planLines } from './plan-text.ts'
import type { Target } from './target.ts'
import { tell } from './tell.ts'

export async function deploy(context: Context): Promise<void> {
  const { terminal, parsed } = context
  const { values } = parsed
  const { isJson, target, framework } = begin(context)
  const path = await mkdtemp(join(tmpdir(), 'vitals-deploy-'))
  try {
    const plan = await plannedIn(path, { context, framework, target })
    if (!isJson) for (const line of planLines(plan)) terminal.print(line)
    if (values.plan) return isJson ? terminal.print(JSON.stringify(plan)) : undefined
    if (plan.refusals.length > 0) {
      throw new Error(isJson ? `not deployed: ${plan.refusals.join('; ')}` : 'not deployed: see above')
    }
    if (plan.changes.length > 0 || values.force) {
      if (!(await isMeant(context, plan))) return terminal.print('Nothing was changed.')
      await carryOut(path, { context, framework, target, plan })
    }
    const outcome = await readOutcome(target)
    if (isJson) return terminal.print(JSON.stringify({ ...plan, ...outcome }))
    for (const line of outcomeLines(outcome)) terminal.print(line)
  } finally {
    terminal.progress('')
    await rm(path, { recursive: true, force: true })
  }
}

interface Work {
  context: Context
  framework: Framework
  target: Target
}

async function plannedIn(path: string, { context, framework, target }: Work): Promise<Plan> {
  const { terminal, parsed } = context
  // Who has no credentials learns it at once.
  const caller = await readCaller()
  tell(terminal, 'packaging the functions')
  const packaged = await packageStack(framework, target, path)
  await expectSettings(framework, packaged)
  tell(terminal, 'comparing with what is deployed')
  const plan = await makePlan({ target, caller, packaged, parsed, env: terminal.env })
  terminal.progress('')
  return plan
}

async function carryOut(path: string, { context, framework, target, plan }: Work & { plan: Plan }): Promise<void> {
  const { terminal } = context
  tell(terminal, `deploying ${target.stackName}`)
  await followStack({
    stack: target.stackName,
    total: plan.changes.length,
    readEvents: (sinceMs) => readStackEvents(target.stackName, sinceMs),
    clock: systemClock,
    onProgress: terminal.progress,
    // The framework looks for changes as well, and in another way: here it was decided already.
    act: () => runFramework(framework, ['deploy', '--force', '--package', path, ...target.args]),
  })
  terminal.progress('')
}

function isMeant({ parsed, terminal }: Context, { stack, region, account }: Plan): Promise<boolean> {
  const question = `\nDeploy ${stack} to ${region} of account ${account}? [y/N] `
  return confirm({ parsed, terminal, question, isYes: (answer) => /^y(?:es)?$/i.test(answer) })
}
