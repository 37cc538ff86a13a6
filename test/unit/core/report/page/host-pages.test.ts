import { describe, expect, it } from 'vitest'
import { hostPages, pageNamesOf } from '../../../../../core/report/page/host-pages.ts'
import { reportPage } from '../../../../../core/report/page.ts'
import { fleetReport, hostileName } from '../../../../e2e/report-story.ts'

const nothingDrawn = { overall: [], byHost: new Map() }

function fleet(count: number) {
  return fleetReport(Array.from({ length: count }, (_, index) => `host-${index}`))
}

describe('the pages of a report', () => {
  it('are one up to twelve hosts, and one each beside an overview of more', () => {
    expect([...hostPages(fleet(12))]).toEqual([])
    expect([...hostPages(fleet(13))].map(({ name }) => name)).toHaveLength(13)
    const twelve = reportPage(fleet(12), nothingDrawn, { names: pageNamesOf(fleet(12)) })
    expect(twelve).not.toContain('class="multiples"')
    expect(twelve).not.toContain('hosts/')
  })

  it('has in the overview every host, its state, and a link to its page', () => {
    const report = fleet(30)
    const page = reportPage(report, nothingDrawn, { names: pageNamesOf(report) })
    for (const { host } of report.hosts) expect(page.split(`href="hosts/${host}.html"`).length).toBeGreaterThan(2)
    expect(page).toMatch(/3 critical<.*1 no data<.*26 OK</)
    expect(page).not.toContain('<figure')
    expect(page.match(/<svg class="plotted"/g)).toHaveLength(30)
  })

  it('has on a host’s page its alerts, its own summary and its numbers, and nothing of the others', () => {
    const [first, second] = [...hostPages(fleet(13))]
    expect(first?.html).toContain('host-0 · 1 alert, still open · 92.9')
    expect(first?.html).toContain('94.1 % &#62; 80 %')
    expect(first?.html).not.toContain('host-2')
    expect(first?.html).not.toContain(hostileName)
    expect(second?.html).toContain('No snapshots in this period')
  })

  it('stays below a megabyte for a thousand hosts', () => {
    const report = fleet(1_000)
    const page = reportPage(report, nothingDrawn, { names: pageNamesOf(report) })
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000)
  })
})
