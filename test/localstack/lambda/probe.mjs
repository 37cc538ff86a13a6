/** A function that does what its event says, and tells where it runs. */
import { spawn } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

let calls = 0
let tickedAt

const actions = {
  nothing: () => undefined,
  here: () => ({}),
  tell: (_, context) => ({
    context,
    leftMs: context.getRemainingTimeInMillis(),
    node: process.version,
    cwd: process.cwd(),
  }),
  environment: () => process.env,
  echo: ({ text }) => ({ length: text.length }),
  large: ({ bytes }) => 'x'.repeat(bytes),
  sleep: async ({ ms }) => {
    const startedAt = Date.now()
    await delay(ms)
    return { startedAt, endedAt: Date.now() }
  },
  fail: () => {
    throw new RangeError('a threshold of 101 %')
  },
  failWithText: () => Promise.reject('just text'),
  unhandled: async () => {
    Promise.reject(new Error('nobody waits for this'))
    await delay(5_000)
  },
  uncaught: async () => {
    setTimeout(() => {
      throw new TypeError('thrown by a timer')
    })
    await delay(5_000)
  },
  exit: ({ code }) => process.exit(code),
  exhaust: () => {
    const kept = []
    for (;;) kept.push(new Array(100_000).fill(Math.random()))
  },
  loop: () => {
    for (;;);
  },
  spawnAndLoop: () => {
    const { pid } = spawn('sleep', ['600'], { stdio: 'ignore' })
    console.log(`spawned ${pid} by ${process.pid}`)
    for (;;);
  },
  print: ({ lines }) => {
    for (const [index, line] of lines.entries()) (index % 2 === 0 ? process.stdout : process.stderr).write(line)
  },
  printMuch: ({ bytes }) => console.log('y'.repeat(bytes)),
  write: ({ name }) => {
    writeFileSync(join(tmpdir(), name), '')
    return {}
  },
  temporary: async ({ ms }) => {
    await delay(ms)
    return { directory: tmpdir(), names: readdirSync(tmpdir()) }
  },
  code: () => {
    const modes = ['.', 'index.mjs'].map((name) => statSync(join(process.env.LAMBDA_TASK_ROOT, name)).mode)
    let outcome = 'written'
    try {
      writeFileSync('made-here', '')
    } catch ({ code }) {
      outcome = code
    }
    return { isWritable: modes.some((mode) => (mode & 0o222) !== 0), uid: process.getuid(), outcome }
  },
  tickLater: ({ ms }) => {
    const setAt = Date.now()
    setTimeout(() => {
      tickedAt = Date.now() - setAt
    }, ms)
  },
  ticked: async () => {
    await delay(10)
    return { tickedAfterMs: tickedAt }
  },
  health: async () => (await fetch(`${process.env.AWS_ENDPOINT_URL}/_localstack/health`)).json(),
}

export async function handler(event, context) {
  calls += 1
  const result = await actions[event.do ?? 'nothing'](event, context)
  return result === undefined || typeof result === 'string' ? result : { pid: process.pid, calls, ...result }
}
