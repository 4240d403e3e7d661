import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillSignIn, openChromium } from '../support/chromium.ts'
import { GatewayProcess } from '../support/gateway-process.ts'

/** People with Debian's chromium sign in with services that are somewhere else altogether. */

let gateway: GatewayProcess
let browser: Browser
let elsewhere: Server
let origin: string

beforeAll(async () => {
  elsewhere = createServer((request, response) => {
    response.setHeader('content-type', 'text/plain').end(`came back to ${request.url}`)
  })
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve)
  })
  origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  const service = (name: string, oauth_no_confirm: boolean) => ({
    name,
    api_token: `secret-of-${name}-0123456789abcdef`,
    oauth_redirect_uri: `${origin}/callback`,
    oauth_no_confirm,
    oauth_client_allowed_scopes: ['servers!user'],
  })
  gateway = await GatewayProcess.start({
    services: [service('portal', false), service('quick', true)],
    load_roles: [{ name: 'visitors', scopes: ['access:services'], users: ['ada'] }],
  })
  browser = await openChromium()
})

afterAll(async () => {
  await browser.close()
  elsewhere.close()
  await gateway[Symbol.asyncDispose]()
})

const address = (service: string): string =>
  `${gateway.url}/hub/api/oauth2/authorize?response_type=code&state=s&client_id=service-${service}`

describe('a person who signs in with a service on another origin', () => {
  test('is asked, agrees, and comes back with a code', async () => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(address('portal'))
    await fillSignIn(page, 'ada')
    await page.getByText('JupyterHub service portal').waitFor()
    await page.getByText('See, start, stop and delete servers. Only the user ada.').waitFor()
    await page.getByRole('button', { name: 'Agree' }).click()
    await page.waitForURL(`${origin}/**`)
    expect(page.url()).toMatch(/\/callback\?code=[\w-]{43}&state=s$/)
  })

  test('can refuse', async () => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(address('portal'))
    await fillSignIn(page, 'ada')
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.waitForURL(`${origin}/**`)
    expect(page.url()).toBe(`${origin}/callback?error=access_denied&state=s`)
  })

  test('is led there by the sign-in form itself when nobody asks', async () => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(address('quick'))
    await fillSignIn(page, 'ada')
    await page.waitForURL(`${origin}/**`)
    expect(page.url()).toMatch(/\/callback\?code=[\w-]{43}&state=s$/)
  })
})
