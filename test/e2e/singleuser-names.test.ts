import { afterAll, beforeAll, expect, it } from 'vitest'
import { GatewayProcess } from '../support/gateway-process.ts'
import { HttpBrowser } from '../support/http-browser.ts'
import { plainRequest } from '../support/plain-request.ts'

/** jupyterhub-singleuser for names that URLs, OAuth client ids and cookies each spell in their own way. */

const args = process.getuid?.() === 0 ? ['--allow-root'] : []
const USER = 'ada@example.org'
const PREFIX = `/user/${USER}/gpu/`
const COOKIE = 'jupyterhub-user-ada%40example.org-gpu'

let gateway: GatewayProcess

beforeAll(async () => {
  const spawner = { kind: 'process', notebook_auth: 'oauth', args, default_url: '/lab' } as const
  gateway = await GatewayProcess.start({ spawner })
  await gateway.startServer(USER, 'gpu')
})

afterAll(() => gateway[Symbol.asyncDispose]())

/** What a browser gets that sends these cookies and nothing else of a browser's. */
const call = (cookie: string) => plainRequest('GET', `${gateway.url}${PREFIX}lab`, { cookie })

it('signs its owner in, leads to the default page, and knows them the next time', async () => {
  const browser = new HttpBrowser()
  await browser.signIn(gateway.url, USER)
  const landed = await browser.get(gateway.url, PREFIX.slice(0, -1))
  expect([landed.status, landed.at.split('?', 1)[0]]).toEqual([200, `${PREFIX}lab`])
  const cookie = browser.cookiesFor(PREFIX)
  expect(cookie).toContain(`${COOKIE}=`)
  expect((await call(cookie)).status).toBe(200)
})

it('signs the owner out for good, whatever copies of the cookie there are', async () => {
  const browser = new HttpBrowser()
  await browser.signIn(gateway.url, USER)
  await browser.get(gateway.url, PREFIX)
  const cookie = browser.cookiesFor(PREFIX)
  expect((await call(cookie)).status).toBe(200)
  await browser.post(gateway.url, '/hub/logout', { _xsrf: await browser.xsrf(gateway.url) })
  const { status, headers } = await call(cookie)
  expect(status).toBe(302)
  expect(headers.location).toMatch(/^\/hub\/api\/oauth2\/authorize\?/)
})
