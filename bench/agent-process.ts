/** The agent's bundle as a host runs it: started by its own first line, with a store on loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
export const agentBundle = join(root, 'dist', 'agent.cjs')

export function buildAgent(): void {
  execFileSync(process.execPath, [join(root, 'scripts', 'build.ts'), '--only', 'agent'], { cwd: root })
}

/** A snapshot a second; data and logs are in `directory`. */
export function startAgent(directory: string, url: string, settings: Record<string, string> = {}): ChildProcess {
  return spawn(agentBundle, {
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      MONITOR_BUCKET: 's3://bench/hosts',
      MONITOR_INTERVAL: '1',
      MONITOR_DATA_DIR: join(directory, 'data'),
      MONITOR_LOG_DIR: join(directory, 'logs'),
      ...settings,
    },
    stdio: 'ignore',
  })
}

/** Nothing, when it has ended. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.on('close', resolve))
  child.kill(signal)
  await ended
}
