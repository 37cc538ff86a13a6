/** All checks at once, each with its deadline: one that hangs or fails is told, and takes no other with it. */
import { amiss, type Check, type CheckContext, type Result, reasonOf } from './check.ts'

export interface Section {
  title: string
  results: Result[]
}

/** In the order of `checks`, whichever ends first. `onDone`: how many have ended. */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  onDone: (done: number, all: number) => void,
): Promise<Section[]> {
  let done = 0
  return Promise.all(
    checks.map(async (check) => {
      const results = await runOne(check, context)
      done += 1
      onDone(done, checks.length)
      return { title: check.title, results }
    }),
  )
}

async function runOne({ title, deadlineMs, run }: Check, context: CheckContext): Promise<Result[]> {
  const ended = new AbortController()
  const tooLate = context.clock
    .sleep(deadlineMs, ended.signal)
    .then(() => [amiss(title, 'no-answer', `no answer in ${deadlineMs / 1_000} s`)])
  try {
    return await Promise.race([run(context), tooLate])
  } catch (error) {
    const reason = reasonOf(error)
    return [amiss(title, 'check-failed', reason, { reason })]
  } finally {
    ended.abort()
  }
}
