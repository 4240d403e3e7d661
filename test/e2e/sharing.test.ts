import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fillSignIn, openChromium, runCell } from '../support/chromium.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { HttpBrowser } from '../support/http-browser.ts'
import type { ConfigInput } from '../support/hub.ts'
import { Open } from '../support/open-exchanges.ts'
import { RedisServer } from '../support/redis.ts'

/**
 * People who come with a browser to a server of somebody else, in gateway mode: who lets them in, and
 * that whatever lets them out takes along what they have open, at another replica too.
 */

const SERVER = '/user/ada/'

describe('a visitor of a server', () => {
  let redis: RedisServer
  let one: GatewayProcess
  let two: GatewayProcess
  let owner: Open

  const inspectors = { name: 'inspectors', scopes: ['access:servers!user=ada'], users: ['ivy'] }
  const helpers = { name: 'helpers', scopes: ['access:servers!user=ada'], groups: ['staff'] }

  const config = (roles: NonNullable<ConfigInput['load_roles']>): ConfigInput => ({
    store: redis.url('/0'),
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
    },
    load_roles: roles,
  })

  const share = (grantee: object) => one.api('POST', `/shares${SERVER.slice(5)}`, { json: grantee })
  const unshare = (grantee: object) =>
    one.api('PATCH', `/shares${SERVER.slice(5)}`, { json: grantee })

  beforeAll(async () => {
    redis = await RedisServer.start()
    one = await GatewayProcess.start(config([inspectors, helpers]))
    two = await one.replica()
    await one.startServer('ada')
    for (const name of ['class', 'staff']) await one.api('POST', `/groups/${name}`)
    owner = await openAt(await visit('ada'))
  })

  afterAll(async () => {
    owner.end()
    await two.kill('SIGKILL')
    await one[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })

  afterEach(async () => {
    await owner.works()
    expect(owner.endedStreams).toBe(0)
  })

  /** Signs in at one replica. */
  async function visit(name: string): Promise<HttpBrowser> {
    const browser = new HttpBrowser()
    expect((await browser.signIn(one.url, name)).at).toBe('/hub/home')
    return browser
  }

  /** Goes to the server at the other replica, and opens what can be open. */
  async function openAt(browser: HttpBrowser): Promise<Open> {
    const landed = await eventually('the other replica lets them in', async () => {
      const answer = await browser.get(two.url, SERVER)
      return answer.status === 200 && answer
    })
    expect(landed.at).toMatch(/^\/user\/ada\//)
    const headers = { cookie: browser.cookiesFor(SERVER), origin: two.url }
    return Open.at(two.url + SERVER, headers)
  }

  async function expectRefused(browser: HttpBrowser, anonymous = false): Promise<void> {
    for (const { url } of [one, two]) {
      const page = await browser.get(url, SERVER)
      const headers = { cookie: browser.cookiesFor(SERVER), origin: url }
      const call = await fetch(`${url}${SERVER}api`, { headers })
      expect([page.status, call.status]).toEqual([404, anonymous ? 403 : 404])
      expect(await call.text()).not.toContain('environment')
    }
  }

  async function member(group: string, name: string): Promise<void> {
    await one.api('POST', `/users/${name}`)
    await one.api('POST', `/groups/${group}/users`, { json: { users: [name] } })
  }

  it('is not let in without a share, a role or a group', async () => {
    await expectRefused(await visit('eve'), true)
  })

  it.each<[string, string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      'with whom it is shared, until that is revoked',
      'grace',
      async () => {
        await one.api('POST', '/users/grace')
        await share({ user: 'grace' })
      },
      () => unshare({ user: 'grace' }),
    ],
    [
      'who gives the share back',
      'edsger',
      async () => {
        await one.api('POST', '/users/edsger')
        await share({ user: 'edsger' })
      },
      () => one.api('DELETE', '/users/edsger/shared/ada/'),
    ],
    [
      'in a group with which it is shared, until that is revoked',
      'alan',
      async () => {
        await member('class', 'alan')
        await share({ group: 'class' })
      },
      () => unshare({ group: 'class' }),
    ],
    [
      'who leaves the group with which it is shared',
      'barbara',
      async () => {
        await member('class', 'barbara')
        await share({ group: 'class' })
      },
      () => one.api('DELETE', '/groups/class/users', { json: { users: ['barbara'] } }),
    ],
    [
      'in a group with which it is shared, until there is no such group',
      'donald',
      async () => {
        await member('class', 'donald')
        await share({ group: 'class' })
      },
      () => one.api('DELETE', '/groups/class'),
    ],
    [
      'who leaves the group that has the role',
      'john',
      () => member('staff', 'john'),
      () => one.api('DELETE', '/groups/staff/users', { json: { users: ['john'] } }),
    ],
    [
      'whose role is taken out of the configuration',
      'ivy',
      () => Promise.resolve(),
      () => one.configure(config([helpers])),
    ],
  ])('%s', async (_name, who, give, take) => {
    await give()
    const browser = await visit(who)
    const open = await openAt(browser)
    await take()
    expect(await open.ends()).toEqual([1008, 'access revoked'])
    await expectRefused(browser)
  })

  it.each<[string, (browser: HttpBrowser) => Promise<unknown>]>([
    [
      'who signs out',
      async (browser) =>
        browser.post(one.url, '/hub/logout', { _xsrf: await browser.xsrf(one.url) }),
    ],
    [
      'who signs out everywhere in another browser',
      async () => {
        const other = await visit('tony')
        const fields = { _xsrf: await other.xsrf(one.url), everywhere: '1' }
        await other.post(one.url, '/hub/logout', fields)
      },
    ],
    [
      'who ends all sessions but that of another browser',
      async () => {
        const other = await visit('tony')
        const fields = { _xsrf: await other.xsrf(one.url) }
        await other.post(one.url, '/hub/sessions/end-others', fields)
      },
    ],
    ['whose sessions an admin ends', () => one.api('DELETE', '/users/tony/sessions')],
    ['who signs in anew in the same browser', (browser) => anew(browser)],
  ])('%s loses what is open, and a late answer brings nothing back', async (_name, leave) => {
    await one.api('POST', '/users/tony')
    await share({ user: 'tony' })
    const browser = await visit('tony')
    const open = await openAt(browser)
    const cookie = browser.cookiesFor(SERVER)
    await leave(browser)
    expect(await open.ends()).toEqual([1008, 'access revoked'])
    for (const { url } of [one, two]) {
      const call = await fetch(`${url}${SERVER}api`, { headers: { cookie, origin: url } })
      expect([403, 404]).toContain(call.status)
      expect(await call.text()).not.toContain('environment')
    }
  })

  /** The form was open in another tab before the first sign-in. */
  async function anew(browser: HttpBrowser): Promise<void> {
    const form = new HttpBrowser()
    await form.get(one.url, '/hub/login')
    const presession = form.cookiesFor('/hub/login')
    const page = await fetch(`${one.url}/hub/login`, { headers: { cookie: presession } })
    const _xsrf = /name="_xsrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
    const body = new URLSearchParams({ username: 'tony', password: 'open sesame', _xsrf })
    const cookie = `${presession}; ${browser.cookiesFor('/hub/login')}`
    const headers = { cookie, origin: one.url }
    const answer = await fetch(`${one.url}/hub/login`, {
      ...{ method: 'POST', headers, body, redirect: 'manual' as const },
    })
    expect(answer.status).toBe(302)
  }
})

it('a person accepts a share code, runs a cell in the owner’s lab, and is out when it is revoked', async () => {
  await using gateway = await GatewayProcess.start()
  const browser = await openChromium()
  try {
    await gateway.startServer('ada')
    const { body } = await gateway.api<{ accept_url: string }>('POST', '/share-codes/ada/', {})
    const page = await (await browser.newContext()).newPage()
    const closed: string[] = []
    page.on('websocket', (socket) => socket.on('close', () => closed.push(socket.url())))

    await page.goto(gateway.url + body.accept_url)
    await fillSignIn(page, 'grace')
    await page.getByRole('button', { name: 'Accept' }).click()
    await page.waitForURL(/\/user\/ada\//, { timeout: 60_000 })
    await page.getByText('Python 3 (ipykernel)').first().click({ timeout: 60_000 })
    expect(await runCell(page, '6*7')).toBe('42')

    const status = () =>
      page.evaluate(async () => (await fetch('/user/ada/api/status', { cache: 'no-store' })).status)
    expect([await status(), closed]).toEqual([200, []])
    const revoked = await gateway.api('PATCH', '/shares/ada/', { json: { user: 'grace' } })
    expect(revoked.status).toBe(200)
    await eventually(
      'her kernel is closed',
      () => closed.some((url) => url.includes('/api/kernels/')),
      5000,
    )
    expect(await status()).toBe(404)
    const left = await page.goto(`${gateway.url}/user/ada/lab`)
    expect(left?.status()).toBe(404)
    expect(await page.textContent('main')).not.toContain('JupyterLab')
  } finally {
    await browser.close()
  }
})
