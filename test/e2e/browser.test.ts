import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillSignIn, openChromium, runCell } from '../support/chromium.ts'
import { GatewayProcess } from '../support/gateway-process.ts'

/** A person with Debian's chromium: sign in, start, watch, run a cell, stop, sign out. */

let gateway: GatewayProcess
let browser: Browser

beforeAll(async () => {
  gateway = await GatewayProcess.start()
  browser = await openChromium()
})

afterAll(async () => {
  await browser.close()
  await gateway[Symbol.asyncDispose]()
})

async function signIn(page: Page, name: string, password?: string): Promise<void> {
  await page.goto(gateway.url)
  await fillSignIn(page, name, password)
}

it('takes a person from signing in to a cell in JupyterLab and back', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const secrets: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/user/ada/')) secrets.push(request.headers()['authorization'] ?? '')
  })

  await signIn(page, 'ada', 'wrong')
  await page.getByRole('alert').waitFor()
  await signIn(page, 'ada')
  await page.getByRole('button', { name: /open/i }).first().click()
  const bar = page.getByRole('progressbar')
  await bar.waitFor()

  await page.waitForURL(/\/user\/ada\//, { timeout: 60_000 })
  await page.getByText('Python 3 (ipykernel)').first().click({ timeout: 60_000 })
  expect(await runCell(page, '6*7')).toBe('42')
  expect(secrets.every((secret) => secret === '')).toBe(true)

  await page.goto(`${gateway.url}/hub/home`)
  await page.getByRole('button', { name: /stop/i }).first().click()
  await page.getByRole('button', { name: /start/i }).first().waitFor()
  await page
    .getByRole('button', { name: /sign out/i })
    .first()
    .click()
  await page.goto(`${gateway.url}/hub/home`)
  await page.getByLabel('Username').waitFor()
  const left = await page.goto(`${gateway.url}/user/ada/lab`)
  expect(left?.url()).toContain('/hub/login')
  await context.close()
})

it('works without JavaScript as far as the server', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, 'grace')
  await page.getByRole('button', { name: /open/i }).first().click()
  await page.waitForURL(/\/user\/grace\//, { timeout: 60_000 })
  expect(await page.title()).toContain('JupyterLab')
  await context.close()
})

it('does not let one user into another’s server', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await signIn(page, 'eve')
  const answer = await page.goto(`${gateway.url}/user/ada/lab`)
  expect(answer?.status()).toBe(404)
  await context.close()
})
