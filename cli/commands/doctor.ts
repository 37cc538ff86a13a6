import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import type { CheckContext } from '../doctor/check.ts'
import { checks } from '../doctor/checks.ts'
import { runChecks } from '../doctor/run-checks.ts'
import { count, doctorText } from '../doctor/text.ts'
import { ReportedFailure } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { version } from '../version.ts'

const widest = 100
const usual = 80

const roots: CheckContext['roots'] = {
  proc: '/proc',
  sys: '/sys',
  units: ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'],
}

/**
 * What is wrong with the agent of this host or will be, with what to do. Wrong settings: all of them, status 2. A problem:
 * status 1; a warning, too, with `--strict`.
 */
export async function runDoctor({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const context: CheckContext = { settings, version, clock: systemClock, random: systemRandom, roots }
  const sections = await runChecks(checks, context, (done, all) => terminal.progress(`${done} of ${all} looked at …`))
  terminal.progress('')
  if (parsed.values.json) terminal.print(JSON.stringify({ version, host: settings.host, checks: sections }))
  else {
    const columns = Math.min(terminal.columns ?? usual, widest)
    terminal.print(doctorText(sections, { columns, colour: terminal.colour }))
  }
  const isStrict = parsed.values.strict !== undefined
  const failures = count(sections, 'problem') + (isStrict ? count(sections, 'warning') : 0)
  if (failures > 0) throw new ReportedFailure()
}
