import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { eventually } from './gateway-process.ts'

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

/** Fills in the sign-in form that is open. */
export async function fillSignIn(
  page: Page,
  name: string,
  password = 'open sesame',
): Promise<void> {
  await page.getByLabel('Username').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/**
 * Types code into the first cell of an open notebook and runs it. JupyterLab drops what is run while
 * its kernel is not connected, and shows no sign of when it is: then it is run again, as people do.
 * @returns the first output
 */
export async function runCell(page: Page, code: string): Promise<string | undefined> {
  await page.getByText('| Idle').first().waitFor({ timeout: 60_000 })
  const cell = page.locator('.jp-Notebook .jp-Cell .cm-content').first()
  const output = page.locator('.jp-OutputArea-output').first()
  return eventually('the cell has run', async () => {
    await cell.click({ timeout: 60_000 })
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(code)
    if ((await cell.textContent()) !== code) return undefined
    await page.keyboard.press('Shift+Enter')
    await output.waitFor({ timeout: 5000 }).catch(() => undefined)
    return (await output.count()) > 0 && (await output.textContent())?.trim()
  })
}
