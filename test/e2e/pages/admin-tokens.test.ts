import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open({
    services: [
      { name: 'grader', url: 'http://127.0.0.1:9', admin: true },
      { name: 'announce', info: { team: 'ops' } },
    ],
  })
  await test.gateway.api('POST', '/users', { json: { usernames: ['ada', 'bob'] } })
  await test.gateway.token('ada', ['read:users!user=ada', 'access:servers!user=ada'])
})

afterAll(() => test[Symbol.asyncDispose]())

/** Makes a token with a note; it works until it is revoked. */
async function give(user: string, note: string, scopes?: string[]): Promise<string> {
  const { body } = await test.gateway.api<{ token: string }>('POST', `/users/${user}/tokens`, {
    json: { note, ...(scopes === undefined ? {} : { scopes }) },
  })
  return body.token
}

const works = async (token: string): Promise<boolean> =>
  (await test.gateway.api('GET', '/user', { token })).status === 200

const rowWith = (page: Page, note: string) =>
  page.getByRole('row').filter({ has: page.getByRole('cell', { name: note, exact: true }) })

describe.each([true, false])('with JavaScript: %s', (javaScript) => {
  it('finds tokens by a filter, revokes one, then all that match', async () => {
    const mark = `run ${javaScript}`
    const [first, second, third] = [
      await give('ada', `${mark} a`),
      await give('ada', `${mark} b`),
      await give('bob', `${mark} c`, ['access:servers!user=bob']),
    ]
    const other = await give('bob', 'unlike the others')
    const page = await test.signedIn('root', { javaScript })
    await page.goto('/hub/admin/tokens?user=ada')
    await rowWith(page, `${mark} a`).waitFor()
    expect(await rowWith(page, `${mark} c`).count()).toBe(0)
    if (javaScript) await page.evaluate('window.marker = 1')
    await rowWith(page, `${mark} a`).getByRole('button').click()
    await page.getByText('The token is revoked.').waitFor()
    if (javaScript) expect(await page.evaluate('window.marker')).toBe(1)
    expect(await rowWith(page, `${mark} a`).count()).toBe(0)
    expect([await works(first), await works(second)]).toEqual([false, true])

    await page.getByLabel('Owner', { exact: true }).fill('')
    await page.getByLabel('Owner is a').selectOption('')
    await page.getByLabel('Note contains').fill(mark.toUpperCase())
    await page.getByRole('button', { name: 'Filter' }).click()
    await rowWith(page, `${mark} c`).waitFor()
    await page.getByRole('link', { name: 'Revoke all that match…' }).click()
    await page.getByText('This ends 2 tokens').waitFor()
    expect(await works(second)).toBe(true)
    await page.getByRole('button', { name: 'Revoke 2 tokens' }).click()
    await page.getByText('2 tokens are revoked.').waitFor()
    expect([await works(second), await works(other)]).toEqual([false, true])
    const dead = await test.gateway.api('GET', '/user', { token: third })
    expect(dead.status).toBe(403)
  })

  it('makes a service and deletes it', async () => {
    const page = await test.signedIn('root', { javaScript })
    await page.goto('/hub/admin/services')
    await page.getByText('New service').click()
    await page.getByLabel('Name', { exact: true }).fill('no way')
    await page.getByRole('button', { name: 'Create service' }).click()
    await page.getByText('Choose another name').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('made')
    await page.getByLabel('Address').fill('http://127.0.0.1:8')
    await page.getByRole('button', { name: 'Create service' }).click()
    await page.getByText('The service is created.').waitFor()
    const link = page.getByRole('link', { name: 'made', exact: true })
    expect(await link.getAttribute('href')).toBe('/services/made/')
    await page.getByRole('button', { name: 'Delete made' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('The service is deleted.').waitFor()
    expect(await link.count()).toBe(0)
  })
})

it('looks good', async () => {
  for (let i = 0; i < 12; i++) await give('bob', `nightly ${i}`)
  await test.gateway.api('POST', '/services/made', { json: { url: 'http://127.0.0.1:8' } })
  const page = await test.signedIn('root')
  await page.goto('/hub/admin/tokens')
  await page
    .getByText(/^\d+ scopes$/)
    .first()
    .click()
  await expectGoodPage(page, 'admin-tokens')
  await page.goto('/hub/admin/tokens/revoke?kind=hub')
  await expectGoodPage(page, 'admin-tokens-revoke')
  await page.goto('/hub/admin/tokens/revoke?note=i')
  await page.getByRole('button', { name: /^Revoke \d+ tokens$/ }).click()
  await page.getByRole('heading', { name: 'Tokens revoked' }).waitFor()
  await expectGoodPage(page, 'admin-tokens-revoked')
  await page.goto('/hub/admin/services')
  await page.getByText('New service').click()
  await expectGoodPage(page, 'admin-services')
})
