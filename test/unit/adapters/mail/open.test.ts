import { describe, expect, it, vi } from 'vitest'
import { openMail } from '../../../../adapters/mail/open.ts'

const settings = { logDir: '/srv/logs', mailFrom: 'vitals@example.com', mailTo: ['ops@example.com'] }

describe('openMail', () => {
  it('writes files below the log directory', async () => {
    const sender = await openMail({ settings: { ...settings, mail: 'file' } })
    expect(sender).toMatchObject({ reachesSomebody: false, destination: '/srv/logs/mail' })
  })

  it('sends by SMTP', async () => {
    const smtpUrl = 'smtp://mail.example.com:25'
    const sender = await openMail({ settings: { ...settings, mail: 'smtp', smtpUrl } })
    expect(sender).toMatchObject({
      reachesSomebody: true,
      destination: 'smtp://mail.example.com:25 to ops@example.com',
    })
  })

  it('sends by SES in the region that is set', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1')
    try {
      const sender = await openMail({ settings: { ...settings, mail: 'ses' } })
      expect(sender).toMatchObject({ reachesSomebody: true, destination: 'SES in eu-west-1 to ops@example.com' })
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
