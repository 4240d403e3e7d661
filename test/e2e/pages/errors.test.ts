import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest
let page: Page

beforeAll(async () => {
  // Nothing listens at the first port that there is.
  const services = [{ name: 'away', url: 'http://127.0.0.1:1', api_token: 'a'.repeat(40) }]
  test = await PageTest.open({ services })
  await test.gateway.api('POST', '/users/ada')
  page = await test.signedIn('eve')
})

afterAll(() => test[Symbol.asyncDispose]())

/** What the page says, in the order of reading. */
async function told(): Promise<{ title: string; alert: string; advice: string; small: string }> {
  const text = async (selector: string) =>
    (await page.locator(selector).textContent())?.trim() ?? ''
  return {
    title: await text('h1'),
    alert: await text('main [role="alert"]'),
    advice: await text('main [role="alert"] + p'),
    small: await text('.reference span'),
  }
}

it.each([
  ['not-found', '/hub/nowhere', 404, 'Not found', 'There is nothing at this address'],
  ['no-access', '/user/ada/lab', 404, 'Not found', 'no such server, or you may not use it'],
  ['bad-request', '/hub/accept-share', 400, 'Request not understood', 'Missing argument code'],
  ['not-allowed', '/hub/stop/eve', 405, 'Not possible here', 'does not take that kind'],
  ['gone', '/services/away/', 502, 'No answer', 'The service away did not answer.'],
])('tells of %s what happened and what to do', async (name, path, status, title, alert) => {
  const answer = await page.goto(path)
  expect(answer?.status()).toBe(status)
  const text = await told()
  expect(text.title).toBe(title)
  expect(text.alert).toContain(alert)
  expect(text.advice).not.toBe('')
  expect(text.small).toMatch(new RegExp(`^Error ${status}, request [\\w-]+$`))
  expect(await page.getByRole('button', { name: 'Copy' }).isVisible()).toBe(true)
  await expectGoodPage(page, `error-${name}`)
  expect(await page.getByRole('link', { name: 'Home' }).getAttribute('href')).toBe('/hub/')
})

it('tells that a form is out of date, or too large, and does not do what it asks for', async () => {
  await page.goto('/hub/logout')
  await page.evaluate('document.querySelector("main form [name=_xsrf]").value = "x"')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Form out of date' }).waitFor()
  await expectGoodPage(page, 'error-form')
  await page.goto('/hub/logout')
  await page.evaluate('document.querySelector("main form [name=_xsrf]").value = "x".repeat(70000)')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Too large' }).waitFor()
  await page.goto('/hub/logout')
  expect(await page.getByRole('heading', { name: 'Sign out?' }).isVisible()).toBe(true)
})

it('leads who is not signed in any more to sign in', async () => {
  await page.goto('/hub/logout')
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Not signed in' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL('**/hub/login')
  expect(await page.getByLabel('Username').isVisible()).toBe(true)
})

it('needs no JavaScript', async () => {
  const plain = await test.signedIn('eve', { javaScript: false })
  await plain.goto('/hub/nowhere')
  expect(await plain.locator('.reference').textContent()).toMatch(/Error 404, request [\w-]+/)
  expect(await plain.getByRole('button').count()).toBe(0)
  await plain.getByRole('link', { name: 'Use another account' }).click()
  await plain.waitForURL('**/hub/logout')
})
