import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest
let elsewhere: Server
let origin: string

beforeAll(async () => {
  elsewhere = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain').end('came back')
  })
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve)
  })
  origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  const service = (name: string, scopes: string[]) => ({
    name,
    api_token: `secret-of-${name}-0123456789abcdef`,
    oauth_redirect_uri: `${origin}/callback`,
    oauth_client_allowed_scopes: scopes,
  })
  test = await PageTest.open({
    services: [service('portal', ['servers!user', 'read:users!user']), service('plain', [])],
    load_roles: [
      { name: 'visitors', scopes: ['access:services'], users: ['ada-true', 'ada-false'] },
    ],
  })
})

afterAll(async () => {
  elsewhere.close()
  await test[Symbol.asyncDispose]()
})

async function askedBy(service: string, javaScript: boolean): Promise<Page> {
  const page = await (await test.context({ javaScript })).newPage()
  const query = `response_type=code&state=s&client_id=service-${service}`
  await page.goto(`/hub/api/oauth2/authorize?${query}`)
  await fillSignIn(page, `ada-${javaScript}`)
  await page.getByText(`JupyterHub service ${service}`).waitFor()
  return page
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const)('%s', (_mode, javaScript) => {
  it('says who asks, for what, and where it leads; and asks to agree', async () => {
    const page = await askedBy('portal', javaScript)
    const text = (await page.locator('main').textContent()) ?? ''
    expect(text).toContain(`you are ada-${javaScript}, and your groups`)
    expect(text).toContain('See, start, stop and delete servers.')
    expect(text).toContain(`${origin}/callback`)
    if (javaScript) await expectGoodPage(page, 'consent')
    await page.getByRole('button', { name: 'Agree' }).click()
    await page.waitForURL(/\/callback\?code=[\w-]{43}&state=s$/)
  })

  it('takes a refusal back to who asked', async () => {
    const page = await askedBy('plain', javaScript)
    await page.getByText('It can do nothing else in your name.').waitFor()
    if (javaScript) await expectGoodPage(page, 'consent-plain')
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.waitForURL(`${origin}/**`)
    expect(page.url()).toBe(`${origin}/callback?error=access_denied&state=s`)
  })
})

/** What the portal may do for whoever agreed, once it changed the code that it got. */
async function grantedBy(page: Page): Promise<string[]> {
  const code = new URL(page.url()).searchParams.get('code') ?? ''
  const answer = await fetch(`${test.gateway.url}/hub/api/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'service-portal',
      client_secret: 'secret-of-portal-0123456789abcdef',
      redirect_uri: `${origin}/callback`,
      code,
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const { body } = await test.gateway.api<{ scopes: string[] }>('GET', '/user', { token })
  return body.scopes
}

/** Changes the form's hidden fields, which leaves its XSRF value as it is, and agrees. */
async function agreeWith(page: Page, change: string): Promise<void> {
  await page.evaluate(`{
    const form = document.querySelector('main form')
    const fields = [...form.elements].filter(({ name }) => name === 'scopes')
    const add = (value) => form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'scopes', value }))
    ${change}
  }`)
  await page.getByRole('button', { name: 'Agree' }).click()
}

describe('a form changed by hand', () => {
  it.each([
    'admin:users',
    'admin-ui',
    'inherit',
    'self',
    'servers',
    'servers!user=eve',
    'tokens!user',
    'access:services',
    'list:users',
  ])('does not give more than was shown: %s', async (scope) => {
    const page = await askedBy('portal', true)
    await agreeWith(page, `add(${JSON.stringify(scope)})`)
    await page.waitForURL(`${origin}/**`)
    const query = new URL(page.url()).searchParams
    expect([query.get('error'), query.get('code')]).toEqual(['invalid_scope', null])
    await page.context().close()
  })

  it('gives less: what was taken out of it is not granted', async () => {
    const page = await askedBy('portal', true)
    await agreeWith(
      page,
      `for (const field of fields) if (field.value.startsWith('servers')) field.remove()`,
    )
    await page.waitForURL(`${origin}/**`)
    const less = await grantedBy(page)
    expect(
      less.filter((scope) => scope.startsWith('servers') || scope.startsWith('start:')),
    ).toEqual([])
    expect(less.some((scope) => scope.startsWith('read:users'))).toBe(true)
    await page.context().close()
  })

  it('gives nothing but who it is when all is taken out', async () => {
    const page = await askedBy('portal', true)
    await agreeWith(page, 'for (const field of fields) field.remove()')
    await page.waitForURL(`${origin}/**`)
    const least = await grantedBy(page)
    const more = /^(?:servers|start:|delete:|list:|admin|read:users!|tokens|inherit|self)/
    expect(least.filter((scope) => more.test(scope))).toEqual([])
    await page.context().close()
  })
})
