import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PYTHON } from '../../support/gateway-process.ts'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

const run = promisify(execFile)

const PORTAL = { name: 'portal', api_token: 'secret-of-the-portal-0123456789abcdef' }
const CALLBACK = 'http://portal.test/callback'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open({
    services: [{ ...PORTAL, oauth_redirect_uri: CALLBACK, oauth_no_confirm: true }],
    load_roles: [
      { name: 'visitors', scopes: ['access:services'], users: ['ada', 'bob'] },
      { name: 'tutors', scopes: ['read:users!group=class-a', 'read:hub'], users: ['ada'] },
    ],
  })
  await test.gateway.startServer('ada')
})

afterAll(() => test[Symbol.asyncDispose]())

/** The statuses of the API and of the server for a token. */
async function doors(token: string): Promise<{ api: number; server: number }> {
  const headers = { authorization: `token ${token}` }
  const at = async (path: string): Promise<number> => {
    const url = `${test.gateway.url}${path}`
    return (await fetch(url, { headers, redirect: 'manual' })).status
  }
  return { api: await at('/hub/api/users/ada'), server: await at('/user/ada/api/status') }
}

const textOf = async (page: Page, id: string): Promise<string> =>
  (await page.locator(`#${id}`).textContent()) ?? ''

/** Fills in the form that is open and sends it. */
async function request(page: Page, kind: 'hub' | 'notebook', note: string): Promise<string> {
  await page.locator(`#kind-${kind}`).check()
  await page.getByLabel('Note', { exact: true }).fill(note)
  await page.getByRole('button', { name: 'Request token' }).click()
  await page.getByRole('heading', { name: `Your new ${kind} token` }).waitFor()
  return textOf(page, 'new-token')
}

/** The row of a token in the list. */
const row = (page: Page, note: string) => page.getByRole('row').filter({ hasText: note })

const remains = (page: Page) => page.evaluate('window.remains')

/** Makes a token without a browser. */
async function make(name: string, note: string): Promise<string> {
  await test.gateway.api('POST', `/users/${name}`)
  const made = await test.gateway.api<{ token: string }>('POST', `/users/${name}/tokens`, {
    json: { note },
  })
  return made.body.token
}

/** Signs somebody in to the portal; the token that it is given. */
async function signInToPortal(page: Page): Promise<string> {
  const query = new URLSearchParams({
    client_id: 'service-portal',
    response_type: 'code',
    redirect_uri: CALLBACK,
    state: 's',
  })
  const { request: client } = page.context()
  const sent = await client.get(`/hub/api/oauth2/authorize?${query.toString()}`, {
    maxRedirects: 0,
  })
  const code = new URL(sent.headers()['location'] ?? '').searchParams.get('code') ?? ''
  const answer = await fetch(`${test.gateway.url}/hub/api/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'service-portal',
      client_secret: PORTAL.api_token,
      redirect_uri: CALLBACK,
      code,
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

describe.each([{ javaScript: true }, { javaScript: false }])(
  'requesting a token, with JavaScript: $javaScript',
  ({ javaScript }) => {
    it('makes a hub token that opens the API alone', async () => {
      const page = await test.signedIn('ada', { javaScript })
      await page.getByRole('link', { name: 'Tokens' }).click()
      const token = await request(page, 'hub', 'nightly report')
      expect(token).toMatch(/^hgh_\w+$/)
      expect(await doors(token)).toEqual({ api: 200, server: 403 })
      expect(page.url()).not.toContain(token)
      expect(JSON.stringify(await page.context().cookies())).not.toContain(token)
      expect(test.gateway.stdout + test.gateway.stderr).not.toContain(token)
      await page.goto('/hub/token')
      expect(await page.content()).not.toContain(token)
    })

    it('makes a notebook token that opens the servers alone', async () => {
      const page = await test.signedIn('ada', { javaScript })
      await page.goto('/hub/token?kind=notebook&note=VS+Code')
      expect(await page.locator('#note').inputValue()).toBe('VS Code')
      expect(await page.getByLabel('Server', { exact: true }).isVisible()).toBe(true)
      const token = await request(page, 'notebook', 'editor')
      expect(token).toMatch(/^hgn_\w+$/)
      expect(await doors(token)).toEqual({ api: 403, server: 200 })
    })

    it('narrows it to what was ticked', async () => {
      const page = await test.signedIn('ada', { javaScript })
      await page.goto('/hub/token')
      await page.getByText('Let it do less than you may').click()
      await page.getByLabel('read:users:name', { exact: true }).check()
      const token = await request(page, 'hub', 'only names')
      expect((await test.gateway.api('GET', '/users/ada', { token })).status).toBe(200)
      expect((await test.gateway.api('GET', '/users/ada/tokens', { token })).status).toBe(403)
    })

    it('shows the form again with what was filled in', async () => {
      const page = await test.signedIn('ada', { javaScript })
      await page.goto('/hub/token')
      await page.locator('#kind-notebook').check()
      await page.getByLabel('Note', { exact: true }).fill('until yesterday')
      await page.getByLabel('Expires').selectOption('date')
      await page.getByRole('button', { name: 'Request token' }).click()
      await page.getByRole('alert').filter({ hasText: 'Give the day' }).waitFor()
      expect(await page.getByLabel('Note', { exact: true }).inputValue()).toBe('until yesterday')
      expect(await page.locator('#kind-notebook').isChecked()).toBe(true)
      if (javaScript) await expectGoodPage(page, 'token-error')
    })
  },
)

it('prints lines that run as they are', async () => {
  const page = await test.signedIn('ada')
  await page.goto('/hub/token')
  await request(page, 'hub', 'lines of the API')
  const curl = await run('sh', ['-c', `${await textOf(page, 'curl')} --silent --fail`])
  expect(JSON.parse(curl.stdout)).toMatchObject({ name: 'ada', kind: 'user' })
  const python = await run(PYTHON, ['-c', await textOf(page, 'python')])
  expect(python.stdout).toContain("'name': 'ada'")
  await expectGoodPage(page, 'token-new-hub')

  await page.goto('/hub/token')
  await request(page, 'notebook', 'lines of a server')
  const status = await run('sh', ['-c', `${await textOf(page, 'curl')} --silent --fail`])
  expect(JSON.parse(status.stdout)).toMatchObject({ path: '/user/ada/api/status' })
  const same = await run(PYTHON, ['-c', await textOf(page, 'python')])
  expect(same.stdout).toContain("'path': '/user/ada/api/status'")
  await expectGoodPage(page, 'token-new-notebook')
})

it('copies the token, and selects it where it may not copy', async () => {
  const page = await test.signedIn('ada')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/hub/token')
  const token = await request(page, 'hub', 'copied')
  await page.getByRole('button', { name: 'Copy token' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token)

  await page.goto('/hub/token')
  await page.context().clearPermissions()
  await page.addInitScript(
    'navigator.clipboard.writeText = () => Promise.reject(new Error("no permission"))',
  )
  const other = await request(page, 'hub', 'selected')
  await page.getByRole('button', { name: 'Copy token' }).click()
  await page.getByRole('button', { name: 'Press Ctrl+C' }).waitFor()
  expect(await page.evaluate('String(getSelection())')).toBe(other)
})

describe('revoking', () => {
  it('ends one, many, and an application, in place', async () => {
    const first = await make('bob', 'first')
    const second = await make('bob', 'second')
    const third = await make('bob', 'third')
    const page = await test.signedIn('bob')
    const portal = await signInToPortal(page)
    await page.goto('/hub/token')
    await page.getByText('Let it do less than you may').click()
    await expectGoodPage(page, 'token-scopes')
    await page.getByText('Let it do less than you may').click()
    await expectGoodPage(page, 'token')
    await page.evaluate('window.remains = true')

    await row(page, 'first').getByRole('button', { name: 'Revoke first' }).click()
    await page.getByRole('button', { name: 'Revoke token', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'The token is revoked' }).waitFor()
    expect(await row(page, 'first').count()).toBe(0)
    expect((await test.gateway.api('GET', '/user', { token: first })).status).toBe(403)

    await page.getByLabel('All on this page').check()
    expect(await page.getByLabel('second', { exact: true }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Revoke those ticked' }).click()
    await page.getByRole('button', { name: 'Revoke tokens', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'The tokens are revoked' }).waitFor()
    await page.getByText('You have no token yet').waitFor()
    for (const token of [second, third]) {
      expect((await test.gateway.api('GET', '/user', { token })).status).toBe(403)
    }

    expect((await test.gateway.api('GET', '/user', { token: portal })).status).toBe(200)
    await page.getByRole('button', { name: 'Revoke JupyterHub service portal' }).click()
    await page.getByRole('button', { name: 'Revoke access' }).click()
    await page.getByRole('status').filter({ hasText: 'access is revoked' }).waitFor()
    expect(await page.getByText('Authorized applications').count()).toBe(0)
    expect((await test.gateway.api('GET', '/user', { token: portal })).status).toBe(403)
    expect(await remains(page)).toBe(true)
  })

  it('works without JavaScript', async () => {
    const first = await make('eve', 'first')
    const second = await make('eve', 'second')
    const page = await test.signedIn('eve', { javaScript: false })
    await page.goto('/hub/token')
    await row(page, 'first').getByRole('button', { name: 'Revoke first' }).click()
    await page.getByRole('button', { name: 'Revoke token', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'The token is revoked' }).waitFor()
    expect((await test.gateway.api('GET', '/user', { token: first })).status).toBe(403)

    await page.getByLabel('second', { exact: true }).check()
    await page.getByRole('button', { name: 'Revoke those ticked' }).click()
    await page.getByRole('button', { name: 'Revoke tokens', exact: true }).click()
    await page.getByText('You have no token yet').waitFor()
    expect((await test.gateway.api('GET', '/user', { token: second })).status).toBe(403)
  })
})

it('needs no mouse', async () => {
  const page = await test.signedIn('kim')
  await page.goto('/hub/token')
  const { keyboard } = page
  const focusOn = async (selector: string): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
      await keyboard.press('Tab')
    }
    throw new Error(`Tab does not lead to ${selector}`)
  }
  await focusOn('#kind-hub')
  await keyboard.press('ArrowDown')
  await focusOn('#note')
  await keyboard.type('by keyboard')
  await focusOn('.token-form button[type=submit]')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your new notebook token' }).waitFor()
  await focusOn('a.button[href="/hub/token"]')
  await keyboard.press('Enter')
  await row(page, 'by keyboard').waitFor()
  await focusOn('[popovertarget^="revoke-"]')
  await keyboard.press('Enter')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'The token is revoked' }).waitFor()
  expect(await row(page, 'by keyboard').count()).toBe(0)
})
