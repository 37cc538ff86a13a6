/** What a reader must find on the pages, wherever they were made. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** The alert with its value against the threshold, and lines of the last hour. */
export async function expectAlertOnStatusPage(page: Page, host: string, thresholdPercent: number): Promise<void> {
  expect(await page.title()).not.toBe('')
  expect(await page.getByText(host).count()).toBeGreaterThan(0)
  expect(await page.getByText(new RegExp(`\\d+\\.\\d % > ${thresholdPercent} %`)).count()).toBeGreaterThan(0)
  expect(await page.locator('svg').count()).toBeGreaterThan(2)
}

/** Each host, pictures that really are some, and the alert. */
export async function expectReport(
  page: Page,
  { hosts, pictures, rule }: { hosts: readonly string[]; pictures: number; rule: string },
): Promise<void> {
  for (const name of hosts) expect(await page.getByRole('heading', { name }).count(), name).toBe(1)
  const widths = await page
    .locator('figure img')
    .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
  expect(widths.length).toBeGreaterThanOrEqual(pictures)
  expect(Math.min(...widths)).toBeGreaterThan(400)
  expect(await page.getByRole('cell', { name: rule, exact: true }).count()).toBeGreaterThan(0)
}
