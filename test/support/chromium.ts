import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'

/** Debian's chromium, which asks nothing of anybody but the pages that it opens. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
}
