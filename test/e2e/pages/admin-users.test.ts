import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../support/hub.ts'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest
let dir: string

/** Servers of users called slow-… start once there is a file of that name. */
function spawnerIn(folder: string): NonNullable<ConfigInput['spawner']> {
  const app = resolve('test/support/upstream-app.ts')
  const wait = `case "$2" in slow-*) while [ ! -e "${folder}/$2" ]; do sleep 0.1; done;; esac`
  const script = `${wait}; exec "${process.execPath}" "${app}" "$0" "$1"`
  const cmd = ['/bin/sh', '-c', script, '{port}', '{base_url}', '{username}']
  return { kind: 'process', cmd }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hubgate-admin-users-'))
  test = await PageTest.open({
    spawner: spawnerIn(dir),
    slow_spawn_timeout: 60,
    load_groups: { class: { users: [] } },
    load_roles: [
      {
        name: 'teacher',
        scopes: [
          'admin-ui',
          'list:users!group=class',
          'read:users!group=class',
          'servers!group=class',
        ],
        users: ['tess'],
      },
    ],
  })
  const { gateway } = test
  await gateway.api('POST', '/users', { json: { usernames: ['ada', 'bob', 'cyd', 'tess'] } })
  await gateway.api('POST', '/groups/class/users', { json: { users: ['bob', 'cyd'] } })
})

afterAll(async () => {
  await test[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const names = (page: Page): Promise<string[]> => page.locator('tbody th a').allTextContents()
const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
const option = { exact: true }

/** Puts a mark into the page, which only a page load takes away. */
const mark = (page: Page): Promise<unknown> => page.evaluate('window.marker = 1')
const isMarked = (page: Page): Promise<boolean> => page.evaluate('window.marker === 1')

async function choose(page: Page, users: readonly string[], deed: string): Promise<void> {
  for (const user of users) await page.getByLabel(`Select ${user}`, option).check()
  await page.getByLabel('Do with the selected users').selectOption(deed)
}

/** What became of each, on the page of what was done to many. */
async function results(page: Page): Promise<string[]> {
  await page.getByRole('heading', { name: /\d+ done, \d+ failed\./ }).waitFor()
  const users = await page.locator('#results th').allTextContents()
  const texts = await page.locator('#results td:last-child').allTextContents()
  return users.map((user, i) => `${user}: ${texts[i]}`).toSorted()
}

describe.each([true, false])('with JavaScript: %s', (javaScript) => {
  it('finds users by name, state and group, a page at a time', async () => {
    const page = await test.signedIn('root', { javaScript })
    await page.getByRole('link', { name: 'Admin', exact: true }).click()
    await page.getByRole('link', { name: 'User', exact: true }).click()
    const heading = page.getByRole('columnheader', { name: 'User', exact: true })
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    expect((await names(page)).slice(0, 3)).toEqual(['ada', 'bob', 'cyd'])
    await page.getByLabel('In group').fill('class')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    expect(await names(page)).toEqual(['bob', 'cyd'])
    await page.getByLabel('Name contains').fill('Y')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    expect(await names(page)).toEqual(['cyd'])
    await page.getByText('1 to 1 of 1 users').waitFor()
    expect(new URL(page.url()).search).toBe('?sort=name&search=Y&state=&group=class')
    await page.getByRole('link', { name: 'Show all' }).click()
    await page.goto(`${page.url()}&limit=2`)
    await page.getByRole('link', { name: 'Next' }).click()
    expect((await names(page))[0]).toBe('cyd')
    await page.context().close()
  })

  it('starts, opens and stops somebody’s server where it is', async () => {
    const name = `one-${javaScript}`
    await test.gateway.api('POST', `/users/${name}`)
    const page = await test.signedIn('root', { javaScript })
    const button = (verb: string) =>
      row(page, name).getByRole('button', { name: `${verb} ${name}’s server` })
    await page.goto(`/hub/admin?search=${name}`)
    if (javaScript) await mark(page)
    await button('Start').click()
    await page.getByText('The server is starting.').waitFor()
    const open = row(page, name).getByRole('link', { name: `Open ${name}’s server` })
    if (!javaScript) {
      await expect
        .poll(
          async () => {
            await page.goto(`/hub/admin?search=${name}`)
            return open.count()
          },
          { timeout: 30_000 },
        )
        .toBe(1)
    }
    await open.waitFor()
    expect(await open.getAttribute('href')).toBe(`/user/${name}/`)
    await button('Stop').click()
    await page.getByText('The server is stopping.').waitFor()
    if (javaScript) {
      await button('Start').waitFor()
      expect(await isMarked(page)).toBe(true)
    }
    await page.context().close()
  })

  it('creates users and says what is wrong with names', async () => {
    const name = `new-${javaScript}`
    const page = await test.signedIn('root', { javaScript })
    await page.goto('/hub/admin')
    await page.getByRole('link', { name: 'Create users' }).click()
    await page.getByLabel('Names').fill(`${name}, ada`)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('User ada already exists').waitFor()
    expect(await page.getByLabel('Names').inputValue()).toBe('ada')
    if (javaScript) await expectGoodPage(page, 'admin-create-error')
    await page.getByLabel('Names').fill(`${name}-b\n${name}-c`)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('The users are created.').waitFor()
    expect((await names(page)).slice(0, 2).toSorted()).toEqual([`${name}-b`, `${name}-c`])
    await page.context().close()
  })

  it('changes a user, and deletes them', async () => {
    const name = `old-${javaScript}`
    await test.gateway.api('POST', `/users/${name}`)
    const page = await test.signedIn('root', { javaScript })
    await page.goto(`/hub/admin?search=${name}`)
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('button', { name: `Make admin ${name}` }).click()
    await page.getByText('The user is changed.').waitFor()
    await page.getByText(`${name} is an admin`).waitFor()
    await page.getByLabel('Group', option).fill('class')
    await page.getByRole('button', { name: 'Add to the group' }).click()
    await page.getByRole('button', { name: 'Remove from class' }).waitFor()
    if (javaScript) await expectGoodPage(page, 'admin-user')
    await page.getByLabel('Name', option).fill('bob')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByText('User bob already exists').waitFor()
    await page.getByLabel('Name', option).fill(`${name}-2`)
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: `${name}-2`, level: 1 }).waitFor()
    await page.getByRole('button', { name: `Delete ${name}-2`, exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Delete ${name}-2` })
      .click()
    await page.getByText('The user is deleted.').waitFor()
    expect((await page.goto(`/hub/admin/users/${name}-2`))?.status()).toBe(404)
    await page.context().close()
  })

  it('starts and stops many, with a result for each', async () => {
    const [one, two, up] = ['one', 'two', 'up'].map((name) => `many-${javaScript}-${name}`)
    const users = [one, two, up].map(String)
    await test.gateway.api('POST', '/users', { json: { usernames: users } })
    await test.gateway.startServer(String(up))
    const page = await test.signedIn('root', { javaScript })
    await page.goto(`/hub/admin?search=many-${javaScript}&sort=name`)
    await choose(page, users, 'start')
    await page.getByRole('button', { name: 'Go', exact: true }).click()
    expect(await results(page)).toEqual([
      `${one}: Running`,
      `${two}: Running`,
      `${up}: Failed: ${up} is already running`,
    ])
    if (javaScript) {
      expect(await page.locator('#status').textContent()).toBe('2 done, 1 failed.')
      expect(await page.getByRole('progressbar').getAttribute('max')).toBe('3')
      await expectGoodPage(page, 'admin-bulk')
    }
    await page.getByRole('link', { name: 'Back to the users' }).click()
    expect(new URL(page.url()).search).toBe(`?search=many-${javaScript}&sort=name`)
    await choose(page, users, 'stop')
    await page.getByRole('button', { name: 'Go', exact: true }).click()
    expect(await results(page)).toEqual(users.map((user) => `${user}: Stopped`))
    await page.context().close()
  })

  it('shows each result when it is there', async () => {
    const [quick, slow] = [`quick-${javaScript}`, `slow-${javaScript}`]
    await test.gateway.api('POST', '/users', { json: { usernames: [quick, slow] } })
    const page = await test.signedIn('root', { javaScript })
    await page.goto(`/hub/admin?search=-${javaScript}&sort=name`)
    await choose(page, [quick, slow], 'start')
    await page.getByRole('button', { name: 'Go', exact: true }).click({ noWaitAfter: true })
    await page.getByRole('cell', { name: '1 of 2' }).waitFor()
    if (javaScript) await page.locator('#status').getByText('1 of 2 done').waitFor()
    expect(await page.locator('#results th').allTextContents()).toEqual([quick])
    expect(await page.locator('#summary').count()).toBe(0)
    await writeFile(join(dir, slow), '')
    expect(await results(page)).toEqual([`${quick}: Running`, `${slow}: Running`])
    await page.context().close()
  })

  it('deletes all on a page after it has asked', async () => {
    const name = `gone-${javaScript}`
    const usernames = [`${name}-a`, `${name}-b`]
    await test.gateway.api('POST', '/users', { json: { usernames } })
    const page = await test.signedIn('root', { javaScript })
    await page.goto(`/hub/admin?search=${name}`)
    const all = javaScript ? 'Select all on this page' : 'All 2 on this page'
    await page.getByLabel(all).check()
    await choose(page, [], 'delete')
    await page.getByRole('button', { name: 'Go', exact: true }).click()
    for (const user of usernames) await page.getByRole('listitem').getByText(user).waitFor()
    if (javaScript) await expectGoodPage(page, 'admin-bulk-delete')
    await page.getByRole('button', { name: 'Delete 2 users' }).click()
    expect(await results(page)).toEqual(usernames.map((user) => `${user}: Deleted`))
    await page.context().close()
  })
})

it('keeps what is checked with its user when the list changes in place', async () => {
  const page = await test.signedIn('root')
  await page.goto('/hub/admin?sort=running')
  await page.getByLabel('Select ada', option).check()
  await row(page, 'bob').getByRole('button', { name: 'Start bob’s server' }).click()
  await row(page, 'bob').getByRole('link', { name: 'Open bob’s server' }).waitFor()
  expect((await names(page))[0]).toBe('bob')
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(1)
  expect(await page.getByLabel('Select ada', option).isChecked()).toBe(true)
  await expectGoodPage(page, 'admin-users')
  await row(page, 'bob').getByRole('button', { name: 'Stop bob’s server' }).click()
  await row(page, 'bob').getByRole('button', { name: 'Start bob’s server' }).waitFor()
  await page.context().close()
})

it('shows a teacher the class and nobody else', async () => {
  const page = await test.signedIn('tess')
  await page.goto('/hub/admin?sort=name')
  expect(await names(page)).toEqual(['bob', 'cyd'])
  await page.getByText('1 to 2 of 2 users').waitFor()
  await row(page, 'cyd').getByRole('button', { name: 'Start cyd’s server' }).click()
  await row(page, 'cyd').getByRole('button', { name: 'Stop cyd’s server' }).click()
  await row(page, 'cyd').getByRole('button', { name: 'Start cyd’s server' }).waitFor()
  expect((await page.goto('/hub/admin/users/ada'))?.status()).toBe(404)
  await page.context().close()
})

it('is closed to others', async () => {
  const page = await test.signedIn('ada')
  expect(await page.getByRole('link', { name: 'Admin', exact: true }).count()).toBe(0)
  expect((await page.goto('/hub/admin'))?.status()).toBe(403)
  await page.context().close()
})
