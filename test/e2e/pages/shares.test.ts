import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  const scopes = ['shares!user', 'read:users:name', 'read:groups:name']
  test = await PageTest.open({ load_roles: [{ name: 'sharer', scopes, users: ['ada'] }] })
  await test.gateway.startServer('ada')
  for (const name of ['eve-true', 'eve-false']) await test.gateway.api('POST', `/users/${name}`)
  await test.gateway.api('POST', '/groups/class')
})

afterAll(() => test[Symbol.asyncDispose]())

/** What somebody gets who goes to the server. */
async function statusFor(page: Page): Promise<number | undefined> {
  return (await page.goto('/user/ada/'))?.status()
}

async function ownerAt(path: string, javaScript: boolean): Promise<Page> {
  const page = await test.signedIn('ada', { javaScript })
  await page.goto(path)
  await page.evaluate('window.marker = 1')
  return page
}

/** Presses a button of a row, and the one that it asks with. */
async function end(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  const dialog = page.getByRole('dialog', { name: button })
  await dialog.getByRole('button', { name: /^End/ }).click()
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const)('%s', (_mode, javaScript) => {
  it('shares with somebody by name, until that is ended', async () => {
    const name = `eve-${javaScript}`
    const page = await ownerAt('/hub/share/ada', javaScript)
    const eve = await test.signedIn(name)
    const start = page
      .getByRole('region', { name: 'Share by name' })
      .getByLabel('open it, and start it')
    expect(await statusFor(eve)).toBe(404)

    await page.getByLabel('Name', { exact: true }).fill('nobody')
    await start.check()
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByText('No such user: nobody').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('nobody')
    expect(await start.isChecked()).toBe(true)
    if (javaScript) await expectGoodPage(page, 'share-refused')

    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByText('The server is shared.').waitFor()
    await page.getByRole('heading', { name }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('')
    expect(await page.getByText('No such user').count()).toBe(0)
    expect(await statusFor(eve)).toBe(200)

    await page.getByRole('radio', { name: 'a group' }).check()
    await page.getByLabel('Name', { exact: true }).fill('class')
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('heading', { name: 'class' }).waitFor()
    if (javaScript) await expectGoodPage(page, 'share')

    await end(page, `End sharing with user ${name}`)
    await page.getByText('That share is over.').waitFor()
    expect(await page.getByRole('heading', { name }).count()).toBe(0)
    expect(await statusFor(eve)).toBe(404)
    await end(page, 'End sharing with group class')
    await page.getByText('Nobody yet.').waitFor()
    expect(await page.evaluate('window.marker')).toBe(javaScript ? 1 : undefined)
  })

  it('invites with a link, which others accept until it is ended', async () => {
    const page = await ownerAt('/hub/share/ada', javaScript)
    await page.getByLabel('Good for').selectOption('7 days')
    await page.getByRole('button', { name: 'Make a link' }).click()
    const link = (await page.locator('#invitation-link').textContent()) ?? ''
    const copy = page.getByRole('button', { name: 'Copy the link' })
    // A script shows it.
    await expect.poll(() => copy.isVisible(), { timeout: 20_000 }).toBe(javaScript)
    if (javaScript) await expectGoodPage(page, 'invitation-made')

    const guest = await (await test.context({ javaScript })).newPage()
    await guest.goto(link)
    await fillSignIn(guest, `guest-${javaScript}`)
    await guest.getByText('ada’s server').waitFor()
    if (javaScript) await expectGoodPage(guest, 'accept-share')
    await guest.getByRole('button', { name: 'Accept' }).click()
    await guest.waitForURL('**/user/ada/**')
    expect(await statusFor(guest)).toBe(200)

    await page.goto('/hub/share/ada')
    await page.evaluate('window.marker = 1')
    expect(await page.locator('#invitation-link').count()).toBe(0)
    const invitations = page.getByRole('region', { name: 'Open invitations' })
    expect(await invitations.locator('.row').textContent()).toMatch(/\bin 6 days\b[\s\S]*\bonce\b/)
    await end(page, 'End invitation sc_')
    await page.getByText('That invitation is no longer good.').waitFor()
    await page.getByText('None.').waitFor()
    expect(await page.evaluate('window.marker')).toBe(javaScript ? 1 : undefined)

    const late = await test.signedIn(`late-${javaScript}`)
    expect((await late.goto(link))?.status()).toBe(404)
    await late.getByText('Ask whoever sent it to you for a new link.').waitFor()
    if (javaScript) await expectGoodPage(late, 'invitation-over')
    await end(page, `End sharing with user guest-${javaScript}`)
    await page.getByText('That share is over.').waitFor()
    expect(await statusFor(guest)).toBe(404)
  })
})
