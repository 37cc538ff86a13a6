/** The message that docs/alerting.md shows in each format. */
import type { Message } from '../../../adapters/receivers/port.ts'
import { makeMessage } from '../../contract/message.ts'
import { makeNotice } from '../functions/notify/make-notice.ts'

export const documentedMessage: Message = makeMessage({
  notices: [
    makeNotice({
      incident: '3f9a1c07be42',
      receiver: 'pager',
      rule: 'disk',
      entity: '/var',
      severity: 'critical',
      reason: 'Disk /var 99.0 % > 95 %',
      value: 99,
      threshold: 95,
      group: 'rule=disk',
      note: 'call the owner of the database',
      runbook: 'https://wiki.example.com/disk',
      tags: { env: 'prod' },
    }),
  ],
  subject: '[CRITICAL] web-1: Disk /var 99.0 % > 95 % #3f9a1c07be42',
  text: 'CRITICAL  web-1\nDisk /var is at 99.0 %, above 95 %\n',
})
