/** What a watch expression says: which processes are always told, and counted. */
import { limits } from './limits.ts'

/** `expression` is as the user wrote it: counts, rows and events go by it. */
export type Watch = { expression: string } & (
  | { kind: 'name'; glob: string }
  /** A name of /etc/passwd, or a number. */
  | { kind: 'user'; user: string }
  | { kind: 'pidfile'; path: string }
  /** With its suffix. */
  | { kind: 'unit'; unit: string }
)

type ParsedWatch = { ok: true; value: Watch } | { ok: false; expected: string }

const watchForms = 'name:glob, user:name, pidfile:/absolute/path or unit:name.service'

/** The types of systemd.unit(5) that have processes. */
const unitTypes = ['service', 'scope', 'slice', 'socket', 'mount', 'swap']

export function parseWatch(text: string): ParsedWatch {
  const expression = text.trim()
  const colon = expression.indexOf(':')
  const kind = expression.slice(0, Math.max(0, colon))
  const subject = expression.slice(colon + 1).trim()
  if (expression.length > limits.watchLength) return refused(`at most ${limits.watchLength} characters`, expression)
  if (subject === '') return refused(watchForms, expression)
  switch (kind) {
    case 'name':
      return { ok: true, value: { expression, kind, glob: subject } }
    case 'user':
      if (/[\s:/]/.test(subject)) return refused("a user's name or number after user:", expression)
      return { ok: true, value: { expression, kind, user: subject } }
    case 'pidfile':
      // A NUL ends a path for the kernel, and is refused by Node at each reading.
      if (!subject.startsWith('/') || subject.includes('\0')) {
        return refused('an absolute path after pidfile:', expression)
      }
      return { ok: true, value: { expression, kind, path: subject } }
    case 'unit':
      return parseUnit(expression, subject)
    default:
      return refused(watchForms, expression)
  }
}

/** As `systemctl` takes it: without a type it is a service. */
function parseUnit(expression: string, subject: string): ParsedWatch {
  const unit = unitTypes.some((type) => subject.endsWith(`.${type}`)) ? subject : `${subject}.service`
  if (!/^[A-Za-z0-9:_.\\@-]+$/.test(unit) || unit.startsWith('.')) {
    return refused(`a unit of systemd after unit:, such as ssh.service (one of ${unitTypes.join(', ')})`, expression)
  }
  return { ok: true, value: { expression, kind: 'unit', unit } }
}

function refused(expected: string, expression: string): ParsedWatch {
  const shown = expression.length > 60 ? `${expression.slice(0, 60)}…` : expression
  return { ok: false, expected: `${expected}, not ${JSON.stringify(shown)}` }
}
