/** Messages for tests of receivers: complete, and dull but for what a test says. */
import type { Message } from '../../adapters/receivers/port.ts'
import type { Notice } from '../../core/notice.ts'
import { makeNotice } from '../unit/functions/notify/make-notice.ts'

export function makeMessage({
  notices = [makeNotice()],
  ...rest
}: Partial<Message> & { notices?: readonly Notice[] } = {}): Message {
  return {
    id: notices[0]?.id ?? 'none',
    kind: notices.length === 1 ? 'single' : 'group',
    notices,
    group: notices[0]?.group ?? 'none',
    subject: '[firing] web-1: CPU 91.3 % > 80 % #aaaaaaaaaaaa',
    text: 'CPU is at 91.3 %\n',
    html: '<p>CPU is at 91.3 %</p>',
    images: [],
    links: { statusPage: 'https://vitals.example.com/' },
    ...rest,
  }
}

/** What a host may call itself, its mounts and its tags. */
export const hostileNames = [
  '<!channel> <https://evil.example.com|click> & co',
  'web-1\r\nBcc: thief@example.com\r\n\r\nbody',
  '"; rm -rf / #$(reboot)`reboot`',
  'web-\u202egpj.exe\u2066\u0000\u001b[31m',
  '{"version":2}',
  'x'.repeat(253),
  'größe-✓-\ud83d\ude00',
  '__proto__',
]

/** The name in every field that a host, its checks or its tags fill. */
export function hostileNotice(name: string): Notice {
  return makeNotice({
    host: name,
    entity: name,
    rule: 'finding',
    reason: `${name} > 80`,
    note: name,
    tags: { [name]: name, env: name },
    group: `host=${name}`,
    top: [{ pid: 1, name, user: name, startedAtMs: 0, cpuPercent: 3, rssBytes: 1, status: 'running' }],
  })
}
