import { resolve } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

/** A person's own servers and those shared with them, at the home page. */

/** Servers that are up at once, but for those called `broken` and `slow`. */
const SCRIPT = `case "$2" in
  */broken/) echo "no such environment"; exit 3;;
  */slow/) sleep 300;;
esac
exec '${process.execPath}' '${resolve('test/support/upstream-app.ts')}' "$1" "$2"`

let test: PageTest

beforeAll(async () => {
  const cmd = ['/bin/sh', '-c', SCRIPT, 'sh', '{port}', '{base_url}']
  test = await PageTest.open({ spawner: { kind: 'process', cmd } })
  await test.gateway.startServer('grace')
})

afterAll(() => test[Symbol.asyncDispose]())

/** What the page shows of a server. */
function row(page: Page, title: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) })
}

function state(page: Page, title: string): Locator {
  return row(page, title).getByRole('status').locator('.state')
}

/** Waits until a server is shown in a state, however the page comes to know. */
async function becomes(page: Page, title: string, text: string): Promise<void> {
  await state(page, title).getByText(text, { exact: true }).waitFor()
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}

/** Grace shares her server. */
async function shareWith(name: string): Promise<void> {
  await test.gateway.api('POST', `/users/${name}`)
  await test.gateway.api('POST', '/shares/grace/', { json: { user: name } })
}

/** All that is done about servers at home; the same with and without JavaScript. */
async function doAll(page: Page, stays: () => Promise<void>): Promise<void> {
  await press(page, 'Start Default server')
  await becomes(page, 'Default server', 'Running')
  await stays()
  await press(page, 'Stop Default server')
  await becomes(page, 'Default server', 'Stopped')
  await stays()

  await page.getByLabel('Name', { exact: true }).fill('gpu')
  await press(page, 'Add')
  await becomes(page, 'gpu', 'Stopped')
  await page.getByText('The server is added.').waitFor()
  await page.getByRole('link', { name: 'gpu' }).and(page.getByText('Rename')).waitFor()
  await stays()
  await row(page, 'gpu').getByRole('button', { name: 'Delete gpu' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete gpu' })
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await row(page, 'gpu').waitFor({ state: 'detached' })
  await stays()

  await row(page, 'grace’s server').getByRole('button', { name: 'Leave' }).click()
  await press(page, 'Leave')
  await page.getByText('The server is no longer shared with you.').waitFor()
  expect(await row(page, 'grace’s server').count()).toBe(0)
  await stays()
}

/** What leads from the home page to others and back. */
async function goAndReturn(page: Page): Promise<void> {
  const { url } = test.gateway
  await page.getByLabel('Name', { exact: true }).fill('lab')
  await page.getByLabel('Name', { exact: true }).press('Enter')
  await page.waitForURL(`${url}/user/*/lab/**`)
  await page.goto('/hub/home')
  await press(page, 'Stop lab')
  await becomes(page, 'lab', 'Stopped')
  await row(page, 'lab').getByRole('link', { name: 'Rename lab' }).click()
  await page.getByLabel('Display name').fill('My laboratory')
  await page.getByLabel('Name', { exact: true }).fill('laboratory')
  await press(page, 'Rename')
  await page.waitForURL('**/hub/home?done=server-renamed')
  await becomes(page, 'My laboratory', 'Stopped')
  await press(page, 'Open My laboratory (laboratory)')
  await page.waitForURL(`${url}/user/*/laboratory/**`)
  await page.goto('/hub/home')
  await row(page, 'My laboratory').getByRole('link', { name: 'Open' }).click()
  await page.waitForURL(`${url}/user/*/laboratory/**`)
}

describe('with JavaScript', () => {
  it('does all about servers in place', async () => {
    await shareWith('ada')
    const page = await test.signedIn('ada')
    await page.evaluate('window.marker = 1')
    await doAll(page, async () => {
      expect(await page.evaluate('window.marker')).toBe(1)
      expect(new URL(page.url()).pathname).toBe('/hub/home')
      expect(await page.evaluate('document.activeElement.tagName')).not.toBe('BODY')
    })
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('')
    await goAndReturn(page)
  })

  it('keeps the focus on the button, and minds no second click', async () => {
    const page = await test.signedIn('barbara')
    const focused = () => page.evaluate('document.activeElement.textContent')
    await page.getByRole('button', { name: 'Start Default server' }).dblclick()
    await becomes(page, 'Default server', 'Running')
    expect(await focused()).toBe('Stop Default server')
    await page.keyboard.press('Enter')
    await becomes(page, 'Default server', 'Stopped')
    expect(await focused()).toBe('Start Default server')
  })

  it('says at the field what is wrong with a name that came past the browser', async () => {
    const page = await test.signedIn('edsger')
    const name = page.getByLabel('Name', { exact: true })
    await page.evaluate('document.getElementById("server").removeAttribute("pattern")')
    await name.fill('Bad Name')
    await press(page, 'Add')
    await page.getByRole('alert').getByText('“Bad Name” cannot be a server’s name').waitFor()
    expect(await name.inputValue()).toBe('Bad Name')
    expect(await name.getAttribute('aria-invalid')).toBe('true')
  })

  it('does not stop looking when the hub is away for a moment', async () => {
    const page = await test.signedIn('donald')
    const looks = '**/hub/home?done=*'
    await press(page, 'Start Default server')
    await becomes(page, 'Default server', 'Starting')
    await page.evaluate('window.marker = 1')
    const failed = page.waitForEvent('requestfailed')
    await page.route(looks, (route) => route.abort())
    await failed
    await page.unroute(looks)
    await becomes(page, 'Default server', 'Running')
    expect(await page.evaluate('window.marker')).toBe(1)
  })

  it('goes to sign in when the session is over while it looks', async () => {
    await test.gateway.api('POST', '/users/ken')
    await test.gateway.api('PUT', '/users/ken/servers/slow')
    const page = await test.signedIn('ken')
    await press(page, 'Start slow')
    await becomes(page, 'slow', 'Starting')
    await page.context().clearCookies()
    await page.waitForURL('**/hub/login?next=*')
    expect(await page.getByRole('link', { name: 'Sign out' }).count()).toBe(0)
  })
})

it('does all about servers without JavaScript', async () => {
  await shareWith('alan')
  const page = await test.signedIn('alan', { javaScript: false })
  await doAll(page, () => Promise.resolve())
  await goAndReturn(page)
})

it('is a good page with servers in all states, and so is that for a new name', async () => {
  await shareWith('tony')
  const { gateway } = test
  for (const name of ['broken', 'slow', 'still', 'up']) {
    await gateway.api('PUT', `/users/tony/servers/${name}`, {
      json: {
        display_name: name === 'up' ? 'A long name for a server with a graphics card' : name,
      },
    })
  }
  await gateway.api('POST', '/users/tony/servers/up')
  const page = await test.signedIn('tony')
  await press(page, 'Start broken')
  await becomes(page, 'broken', 'Failed to start')
  await press(page, 'Start slow')
  await becomes(page, 'slow', 'Starting')
  // What the page looks at by itself is not what it weighs.
  const looks = (url: URL): boolean => url.pathname === '/hub/home' && url.search === ''
  await page.route(looks, (route) =>
    route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
  )
  await page.goto('/hub/home')
  await expectGoodPage(page, 'home-states')
  await page.unroute(looks)
  await row(page, 'slow').getByRole('button', { name: 'Cancel' }).click()
  await becomes(page, 'slow', 'Stopped')
  await row(page, 'broken').getByRole('link', { name: 'What happened' }).click()
  await page.getByRole('alert').waitFor()

  await page.goto('/hub/home')
  await row(page, 'still').getByRole('button', { name: 'Delete still' }).click()
  await expectGoodPage(page, 'home-delete')
  await page.goto('/hub/rename/tony/still')
  await expectGoodPage(page, 'rename')
})
