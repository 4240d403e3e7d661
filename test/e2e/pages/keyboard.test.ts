import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open()
})

afterAll(() => test[Symbol.asyncDispose]())

/** What has the focus, as its label, its text or its name says. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const one = document.activeElement
    const label = one.labels?.[0]?.textContent ?? one.getAttribute('aria-label')
    return (label ?? one.textContent).trim().replace(/\\s+/g, ' ')
  })()`)

/** Goes from one thing to the next, as the tabulator key does, until the wanted one has the focus. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const passed: string[] = []
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab')
    const name = await focused(page)
    if (wanted.test(name)) return
    passed.push(name)
  }
  throw new Error(`no way to ${wanted} but: ${passed.join(', ')}`)
}

it('a keyboard alone signs in, starts a server, requests a token and revokes it', async () => {
  const page = await (await test.context()).newPage()
  await page.goto('/hub/login')
  await tabTo(page, /^Username$/)
  await page.keyboard.type('ada')
  await tabTo(page, /^Password$/)
  await page.keyboard.type('open sesame')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/hub/home')

  await tabTo(page, /^Start Default server$/)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Open Default server' }).waitFor()
  await tabTo(page, /^Open Default server$/)

  await tabTo(page, /^Skip to content$/)
  await tabTo(page, /^Tokens$/)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/hub/token')

  // Of radio buttons the arrow keys choose one.
  await tabTo(page, /^Hub token:/)
  await page.keyboard.press('ArrowDown')
  expect(await focused(page)).toMatch(/^Notebook token:/)
  await page.keyboard.press('ArrowUp')
  await tabTo(page, /^Note$/)
  await page.keyboard.type('typed by hand')
  await tabTo(page, /^Request token$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your new hub token' }).waitFor()
  const token = (await page.locator('#new-token').textContent())?.trim() ?? ''
  expect((await test.gateway.api('GET', '/user', { token })).status).toBe(200)
  await tabTo(page, /^Done$/)
  await page.keyboard.press('Enter')

  await page.getByRole('row', { name: /typed by hand/ }).waitFor()
  await tabTo(page, /^Revoke .*typed by hand/)
  await page.keyboard.press('Enter')
  await tabTo(page, /^Revoke token$/)
  await page.keyboard.press('Enter')
  await page.getByText('The token is revoked.').waitFor()
  expect((await test.gateway.api('GET', '/user', { token })).status).toBe(403)
})
