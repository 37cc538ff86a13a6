/** Debian's Chromium, driven by Playwright: one for a test file. */
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  page: Page
  /** Errors of scripts and policies, and requests to anywhere but the site. */
  complaints: string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  {
    colorScheme = 'light',
    width = 1280,
    also = [],
  }: {
    colorScheme?: 'light' | 'dark'
    width?: number
    /** Further origins that belong to the site: the store that it sends to. */
    also?: readonly string[]
  } = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  const complaints: string[] = []
  const origins = [new URL(url).origin, ...also]
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (!origins.includes(asked.origin) && asked.protocol !== 'data:') complaints.push(`asked ${request.url()}`)
  })
  await page.goto(url)
  return { page, complaints }
}

/** Can all of it be seen without scrolling sideways? */
export function fitsItsWidth(page: Page): Promise<boolean> {
  // Runs in the browser, whose names are not those of this program.
  return page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')
}
