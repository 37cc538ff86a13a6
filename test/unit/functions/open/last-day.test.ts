import { describe, expect, it } from 'vitest'
import { dayHours, type ShardDay } from '../../../../core/day.ts'
import { render } from '../../../../core/view/html.ts'
import { daysByHost, lastDay } from '../../../../functions/open/last-day.ts'
import { renderStatusPage } from '../../../../functions/open/status-page.ts'
import { minuteMs } from '../../../make.ts'
import { hostNow, nowMs, statusView } from './status-view.ts'

const hours = dayHours(nowMs)
const cpu = { title: 'CPU', colour: 'cpu', field: 'cpuPercent' } as const

function dayOf(host: string, values: (number | null)[]): ShardDay {
  const [fromMs = 0] = hours
  const lines = { cpuPercent: values, memoryPercent: values, diskPercent: values }
  return { v: 1, shard: 'all', publishedAtMs: nowMs, fromMs, hosts: [{ host, ...lines }] }
}

function drawn(values: (number | null)[], recentMinutes = 60): string {
  const recent = Array.from({ length: recentMinutes }, (_, index) => ({
    minuteMs: nowMs - (recentMinutes - index) * minuteMs,
    cpuPercent: 80,
  }))
  const host = hostNow({ recent })
  return render(lastDay(host, { nowMs, timeZone: 'UTC' }, daysByHost([dayOf('web-1', values)]), cpu))
}

describe('the line of the last day', () => {
  it('goes on from the hours to the minutes of the last one', () => {
    const svg = drawn(hours.map(() => 20))
    expect(svg).toContain('CPU in the last 24 hours: 20.0\u00a0% to 80.0\u00a0%')
    expect(svg.match(/class="line/g)).toHaveLength(1)
    expect(svg).not.toContain('class="gap"')
  })

  it('stops where an hour is missing, and is empty where nothing is known', () => {
    const svg = drawn(hours.map((_, index) => (index === 10 ? null : 20)))
    expect(svg.match(/class="line/g)).toHaveLength(2)
    expect(svg.match(/class="gap"/g)).toHaveLength(1)
    expect(drawn([], 0)).toContain('no data')
    expect(drawn(hours.map(() => null))).toContain('80.0')
  })

  it('is in the table of several hosts, and below the figures of one; names that a bucket has of strangers are text', () => {
    const names = ['web-1', '__proto__', '<b>']
    const hosts = names.map((host) => hostNow({ host }))
    const several = renderStatusPage(
      statusView({
        hosts,
        days: names.map((host) =>
          dayOf(
            host,
            hours.map(() => 20),
          ),
        ),
      }),
    )
    expect(several.match(/CPU in the last 24 hours: 10|CPU in the last 24 hours: 9/g)?.length).toBeGreaterThanOrEqual(3)
    expect(several).not.toContain('<b>"')
    const one = renderStatusPage(
      statusView({
        days: [
          dayOf(
            'web-1',
            hours.map(() => 20),
          ),
        ],
      }),
    )
    expect(one).toContain('<h3>Last 24 hours</h3>')
  })

  it('costs a page of a thousand hosts about what the lines of the last hour did', () => {
    const hosts = Array.from({ length: 1_000 }, (_, index) => hostNow({ host: `web-${index}` }))
    const days = hosts.map(({ host }) =>
      dayOf(
        host,
        hours.map(() => 20),
      ),
    )
    const size = (view: Parameters<typeof statusView>[0]) => Buffer.byteLength(renderStatusPage(statusView(view)))
    expect(size({ hosts, days }) - size({ hosts })).toBeLessThan(3_000_000)
  })
})
