import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openChromium } from '../support/chromium.ts'
import { ADMIN_TOKEN, GatewayProcess } from '../support/gateway-process.ts'

/** The API's description in Debian's chromium: read it, authorize, try an operation out. */

let gateway: GatewayProcess
let browser: Browser

beforeAll(async () => {
  gateway = await GatewayProcess.start({ base_url: '/lab/' })
  browser = await openChromium()
})

afterAll(async () => {
  await browser.close()
  await gateway[Symbol.asyncDispose]()
})

interface Watched {
  page: Page
  /** What the browser complains of, violations of the page's policy among it. */
  complaints: string[]
  /** The origins that anything was asked of. */
  origins: Set<string>
}

/** Opens the page in a window of its own and takes down what happens there. */
async function openDocs(query = ''): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 2000 } })
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin)
  })
  await page.goto(`${gateway.url}/lab/hub/api/docs${query}`)
  await page.locator('.opblock').first().waitFor()
  return { page, complaints, origins }
}

async function authorize(page: Page, scheme: string, value: string): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const section = page.locator('.auth-container', { hasText: scheme })
  await section.locator('input').fill(value)
  await section.getByRole('button', { name: /Apply|Authorize/ }).click()
  await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).last().click()
}

/** Tries an operation out and answers the status that the page shows. */
async function tryOut(page: Page, id: string): Promise<string> {
  const operation = page.locator(`[id$="-${id}"]`)
  await operation.locator('.opblock-summary').first().click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  const status = operation.locator('.live-responses-table .response-col_status').last()
  return (await status.textContent()) ?? ''
}

it('shows every operation, without a complaint and without asking another host', async () => {
  const { page, complaints, origins } = await openDocs()
  const described = (await gateway.api<{ paths: Record<string, object> }>('GET', '/openapi.json'))
    .body.paths
  const operations = Object.values(described).flatMap((methods) => Object.keys(methods))
  await expect
    .poll(() => page.locator('.opblock').count(), { timeout: 30_000 })
    .toBe(operations.length)
  expect(await page.locator('.opblock-tag').allTextContents()).toContain(
    'usersUsers and their activity.',
  )
  await page.locator('.opblock-summary').nth(5).click()
  await page.locator('.opblock.is-open .responses-table').waitFor()
  await page.locator('.opblock-body').first().waitFor()
  expect(complaints).toEqual([])
  expect([...origins]).toEqual([gateway.url])
  await page.context().close()
})

it('says how a token is typed, and tries an operation out with it', async () => {
  const { page, complaints, origins } = await openDocs()
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const explained = await page.locator('.modal-ux').textContent()
  expect(explained).toContain('the word token, a space, the token')
  await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).last().click()
  await authorize(page, 'token (apiKey)', `token ${ADMIN_TOKEN}`)
  expect(await tryOut(page, 'get_user')).toMatch(/^200/)
  expect(await page.locator('.live-responses-table').textContent()).toContain('"name": "root"')
  expect(complaints).toEqual([])
  expect([...origins]).toEqual([gateway.url])
  await page.context().close()
})

it('takes a bearer token as well, and forgets it with the page', async () => {
  const { page } = await openDocs()
  await authorize(page, 'bearer (http', ADMIN_TOKEN)
  expect(await tryOut(page, 'get_user')).toMatch(/^200/)
  await page.goto('about:blank')
  await page.goto(`${gateway.url}/lab/hub/api/docs`)
  await page.locator('.opblock').first().waitFor()
  expect(await tryOut(page, 'get_user')).toMatch(/^403/)
  await page.context().close()
})

it('shows no description of another place, whatever the address says', async () => {
  const { page, origins } = await openDocs('?url=https://example.org/evil.json&configUrl=/evil')
  expect(await page.locator('.info .title').textContent()).toContain('hubgate')
  expect([...origins]).toEqual([gateway.url])
  await page.context().close()
})
