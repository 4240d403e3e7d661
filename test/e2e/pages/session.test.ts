import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open()
})

afterAll(() => test[Symbol.asyncDispose]())

const MODES = [
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const

async function open(path: string, javaScript = true): Promise<Page> {
  const page = await (await test.context({ javaScript })).newPage()
  await page.goto(path)
  return page
}

/** Whether the browser of a page is still signed in. */
async function isIn(page: Page): Promise<boolean> {
  await page.goto('/hub/logout')
  return new URL(page.url()).pathname === '/hub/logout'
}

async function expectSignedOut(page: Page): Promise<void> {
  await page.waitForURL('**/hub/login?done=signed-out')
  expect(await page.getByRole('status').textContent()).toBe('You are signed out.')
}

it('signs in, with a good page before and after', async () => {
  const page = await open('/hub/login')
  await expectGoodPage(page, 'login')
  const home = await test.signedIn('ada')
  await expectGoodPage(home, 'home')
  expect(await home.getByRole('link', { name: 'Home' }).getAttribute('aria-current')).toBe('page')
})

describe.each(MODES)('%s', (_mode, javaScript) => {
  it('brings the form back until it is right, and then leads to what was asked for', async () => {
    const page = await open('/hub/logout?from=here', javaScript)
    await page.goto('/hub/home?from=here')
    await fillSignIn(page, `grace-${javaScript}`, 'wrong')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toBe('Invalid username or password')
    expect(await page.getByLabel('Username').inputValue()).toBe(`grace-${javaScript}`)
    expect(await page.getByLabel('Password').inputValue()).toBe('')
    if (javaScript) await expectGoodPage(page, 'login-wrong')
    await page.getByLabel('Password').fill('open sesame')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/hub/home?from=here')
  })

  it('says what ends before it signs out, and what does not', async () => {
    const name = `joan-${javaScript}`
    const page = await test.signedIn(name, { javaScript })
    const other = await test.signedIn(name)
    await test.gateway.startServer(name)
    await page.getByRole('link', { name: 'Sign out' }).click()
    await page.getByText('Still running afterwards: your default server.').waitFor()
    await page.getByText('You are signed in at one other place too.').waitFor()
    if (javaScript) await expectGoodPage(page, 'logout')
    await page.getByRole('link', { name: 'Stay signed in' }).click()
    await page.waitForURL('**/hub/home')
    await page.goto('/hub/logout')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expectSignedOut(page)
    if (javaScript) await expectGoodPage(page, 'login-signed-out')
    expect([await isIn(page), await isIn(other)]).toEqual([false, true])
  })

  it('signs out everywhere', async () => {
    const name = `mary-${javaScript}`
    const page = await test.signedIn(name, { javaScript })
    const other = await test.signedIn(name)
    await page.goto('/hub/logout')
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await expectSignedOut(page)
    expect([await isIn(page), await isIn(other)]).toEqual([false, false])
  })

  it('ends a session of another browser, then all others', async () => {
    const name = `rosa-${javaScript}`
    const [one, two] = [await test.signedIn(name), await test.signedIn(name)]
    const page = await test.signedIn(name, { javaScript })
    await page.evaluate('window.marker = 1')
    const rows = page.getByRole('region', { name: 'Where you are signed in' }).locator('.row')
    expect(await rows.count()).toBe(3)
    await rows.nth(1).getByRole('button').click()
    await page.getByText('That session is over.').waitFor()
    expect(await rows.count()).toBe(2)
    expect([await isIn(one), await isIn(two)].sort()).toEqual([false, true])
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await page.getByText('All your other sessions are over.').waitFor()
    expect(await rows.count()).toBe(1)
    expect([await isIn(one), await isIn(two)]).toEqual([false, false])
    expect(await page.evaluate('window.marker')).toBe(javaScript ? 1 : undefined)
    await rows.getByRole('button').click()
    await expectSignedOut(page)
  })
})

it('can be done with the keyboard alone, in and out', async () => {
  const page = await open('/hub/login')
  await page.keyboard.type('karen')
  await page.keyboard.press('Tab')
  await page.keyboard.type('open sesame')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/hub/home')
  await page.goto('/hub/logout')
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate<string>('document.activeElement.outerHTML')
    if (focused.startsWith('<button')) break
  }
  await page.keyboard.press('Enter')
  await expectSignedOut(page)
})

it('says how long somebody has to wait who tried too often', async () => {
  const page = await open('/hub/login')
  for (let i = 0; i <= 10; i++) await fillSignIn(page, 'mallory', `guess ${i}`)
  await page.getByText(/^Too many failed attempts. Try again in \d+ seconds?\.$/).waitFor()
  await expectGoodPage(page, 'login-limited')
})
