import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open()
  const usernames = ['ada', 'bob', 'carol', ...Array.from({ length: 110 }, (_, i) => `s${i}`)]
  await test.gateway.api('POST', '/users', { json: { usernames } })
  await test.gateway.api('POST', '/groups/students', { json: { users: usernames.slice(3) } })
  await test.gateway.api('PUT', '/groups/students/properties', {
    json: { quota: { memory: '4 GB', cpus: 2 }, image: 'datascience' },
  })
  await test.gateway.api('POST', '/groups/staff', { json: { users: ['ada'] } })
})

afterAll(() => test[Symbol.asyncDispose]())

const membersOf = async (name: string): Promise<unknown> =>
  (await test.gateway.api<{ users: string[] }>('GET', `/groups/${encodeURIComponent(name)}`)).body
    .users

const notice = (page: Page): Promise<string | null> => page.locator('#notice').textContent()

async function createGroup(page: Page, name: string): Promise<void> {
  await page.goto('/hub/admin')
  await page.getByRole('link', { name: 'Groups' }).click()
  await page.getByText('New group').click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Members').fill('ada, nobody')
  await page.getByRole('button', { name: 'Create group' }).click()
  expect(await page.getByRole('alert').textContent()).toBe('No such user: nobody')
  await page.getByLabel('Members').fill('ada')
  await page.getByRole('button', { name: 'Create group' }).click()
  await page.getByRole('heading', { name: `Group ${name}` }).waitFor()
}

describe.each([true, false])('with JavaScript: %s', (javaScript) => {
  it('makes a group, changes its members and properties, and deletes it', async () => {
    const name = `lab a/b ${javaScript}`
    const page = await test.signedIn('root', { javaScript })
    await createGroup(page, name)
    // Survives whatever happens without a page load.
    if (javaScript) await page.evaluate('window.marker = 1')

    await page.getByLabel('Add members').fill('bob nobody')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByText('Nobody was added. No such user: nobody').waitFor()
    expect(await page.getByLabel('Add members').inputValue()).toBe('bob nobody')
    await page.getByLabel('Add members').fill('bob\ncarol')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByText('The members are added.').waitFor()
    expect(await page.getByLabel('Add members').inputValue()).toBe('')
    expect(await page.getByRole('alert').count()).toBe(0)

    await page.getByRole('button', { name: `Remove ada from ${name}` }).click()
    await page.getByText('The member is removed.').waitFor()
    expect(await membersOf(name)).toEqual(['bob', 'carol'])
    expect(await page.getByRole('link', { name: 'ada' }).count()).toBe(0)

    const properties = page.getByLabel('Properties, as JSON')
    await properties.fill('{"gpu": }')
    await page.getByRole('button', { name: 'Save properties' }).click()
    await page.getByText('This is not JSON').waitFor()
    expect(await properties.inputValue()).toBe('{"gpu": }')
    await properties.fill('{"gpu": true}')
    await page.getByRole('button', { name: 'Save properties' }).click()
    await page.getByText('The group is changed.').waitFor()
    expect(await properties.inputValue()).toBe('{\n  "gpu": true\n}')
    if (javaScript) expect(await page.evaluate('window.marker')).toBe(1)

    await page.getByRole('button', { name: 'Delete group' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete group' }).click()
    await page.waitForURL('**/admin/groups?**')
    expect(await notice(page)).toBe('The group is deleted.')
    expect(await page.getByRole('link', { name }).count()).toBe(0)
  })

  it('finds a group, and a member of a big one', async () => {
    const page = await test.signedIn('root', { javaScript })
    await page.goto('/hub/admin/groups')
    await page.getByLabel('Name contains').fill('STUD')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('1 to 1 of 1 groups').waitFor()
    await page.getByRole('link', { name: 'students' }).click()
    await page.getByRole('link', { name: 'Next' }).click()
    await page.getByText('101 to 110 of 110 members').waitFor()
    await page.getByLabel('Name contains').fill('s10')
    await page.getByRole('button', { name: 'Search members' }).click()
    const found = await page.getByRole('button', { name: /^Remove/ }).count()
    expect(found).toBe(11)
  })
})

it('looks good', async () => {
  const page = await test.signedIn('root')
  await page.goto('/hub/admin/groups')
  await page.getByText('New group').click()
  await expectGoodPage(page, 'admin-groups')
  await page.goto('/hub/admin/groups/students')
  await expectGoodPage(page, 'admin-group')
  await page.getByLabel('Properties, as JSON').fill('{"gpu": }')
  await page.getByRole('button', { name: 'Save properties' }).click()
  await page.getByText('This is not JSON').waitFor()
  await page.getByRole('button', { name: 'Delete group' }).click()
  await expectGoodPage(page, 'admin-group-delete')
})
