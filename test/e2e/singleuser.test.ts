import { KernelManager, ServerConnection } from '@jupyterlab/services'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillSignIn, openChromium, runCell } from '../support/chromium.ts'
import { eventually, GatewayProcess, readEnvironment } from '../support/gateway-process.ts'
import { connectionTo, executeIn } from '../support/jupyter-client.ts'

/** An unmodified jupyterhub-singleuser with JupyterLab, used by people and programs. */

let gateway: GatewayProcess
let browser: Browser

/** Jupyter refuses to run as the superuser unless it is told. */
const args = process.getuid?.() === 0 ? ['--allow-root'] : []

beforeAll(async () => {
  const spawner = { kind: 'process', notebook_auth: 'oauth', args } as const
  gateway = await GatewayProcess.start({ spawner })
  browser = await openChromium()
  await gateway.startServer('ada')
})

afterAll(async () => {
  await browser.close()
  await gateway[Symbol.asyncDispose]()
})

/** Opens ada's lab in a fresh browser, and signs in on the way. */
async function visit(name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${gateway.url}/user/ada/lab`)
  await fillSignIn(page, name)
  return page
}

/** What a page's scripts are answered by ada's server; they send its `_xsrf` cookie as a header, too. */
const statusIn = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { cookie } = Reflect.get(globalThis, 'document') as { cookie: string }
    const headers = { 'X-XSRFToken': /(?:^|; )_xsrf=([^;]+)/.exec(cookie)?.[1] ?? '' }
    return (await fetch('/user/ada/api/status', { cache: 'no-store', headers })).status
  })

async function inLab(page: Page): Promise<void> {
  await page.waitForURL(/\/user\/ada\/lab/, { timeout: 60_000 })
  await page.locator('.jp-LabShell').waitFor({ timeout: 60_000 })
}

function socketsOf(page: Page): { open: Set<string> } {
  const open = new Set<string>()
  page.on('websocket', (socket) => {
    open.add(socket.url())
    socket.on('close', () => open.delete(socket.url()))
  })
  return { open }
}

const isKernel = (url: string) => url.includes('/api/kernels/')

describe('a person', () => {
  it('is signed in through the hub, runs a cell, and is out after signing out', async () => {
    const page = await visit('ada')
    const { open } = socketsOf(page)
    await inLab(page)
    const card = page.locator('.jp-LauncherCard').getByText('Python 3 (ipykernel)')
    await card.first().click({ timeout: 60_000 })
    expect(await runCell(page, '6*7')).toBe('42')
    expect(await statusIn(page)).toBe(200)
    expect([...open].some(isKernel)).toBe(true)
    const cookies = await page.context().cookies(`${gateway.url}/user/ada/`)
    expect(cookies.map(({ name }) => name)).toContain('jupyterhub-user-ada')

    const home = await page.context().newPage()
    await home.goto(`${gateway.url}/hub/home`)
    await home
      .getByRole('button', { name: /sign out/i })
      .first()
      .click()
    await eventually('the kernel’s WebSocket is closed', () => ![...open].some(isKernel), 5_000)
    expect(await statusIn(page)).toBe(403)
    const left = await page.goto(`${gateway.url}/user/ada/lab`)
    expect(left?.url()).toContain('/hub/login')
    await page.context().close()
  })

  it('who may not go there is told so, with 403', async () => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(`${gateway.url}/hub/login`)
    await fillSignIn(page, 'eve')
    await page.waitForURL(/\/hub\/home/)
    const answer = await page.goto(`${gateway.url}/user/ada/lab`)
    expect(answer?.status()).toBe(403)
    expect(await page.textContent('main')).toContain('You do not have permission to access')
    const request = await page.context().request.get(`${gateway.url}/user/ada/api/status`)
    expect(request.status()).toBe(403)
    await page.context().close()
  })

  it('with access:servers gets in, after agreeing that the server may know who it is', async () => {
    const page = await visit('root')
    await page.getByRole('button', { name: 'Agree' }).click()
    await inLab(page)
    expect(await statusIn(page)).toBe(200)
    await page.context().close()
  })

  it.each([
    ['them', 'grace', { user: 'grace' }],
    ['their group', 'alan', { group: 'class' }],
  ])('gets in while the server is shared with %s', async (_, name, grantee) => {
    await gateway.api('POST', `/users/${name}`)
    await gateway.api('POST', '/groups/class', { json: { users: ['alan'] } })
    expect((await gateway.api('POST', '/shares/ada/', { json: grantee })).status).toBe(200)
    const page = await visit(name)
    const { open } = socketsOf(page)
    await page.getByRole('button', { name: 'Agree' }).click()
    await inLab(page)
    expect(await statusIn(page)).toBe(200)
    await eventually('something is open', () => open.size > 0)

    expect((await gateway.api('PATCH', '/shares/ada/', { json: grantee })).status).toBe(200)
    await eventually('all is closed', () => open.size === 0, 5_000)
    expect(await statusIn(page)).toBe(404)
    expect((await page.goto(`${gateway.url}/user/ada/lab`))?.status()).toBe(404)
    await page.context().close()
  })
})

describe('a program', () => {
  it('runs a cell with a notebook token, over the API and a WebSocket', async () => {
    const token = await gateway.token('ada', ['access:servers!server=ada/'])
    const kernels = new KernelManager({ serverSettings: connectionTo(gateway, 'ada', token) })
    const kernel = await kernels.startNew({ name: 'python3' })
    try {
      expect(await executeIn(kernel, '6*7')).toBe('42')
    } finally {
      await kernel.shutdown()
      kernel.dispose()
      kernels.dispose()
    }
  })

  it('with a hub token, be it the server’s own, is refused at the edge', async () => {
    const own = gateway
      .serverProcesses()
      .map((pid) => /(?:^|\0)JUPYTERHUB_API_TOKEN=([^\0]+)/.exec(readEnvironment(pid))?.[1])
      .find((token) => token !== undefined)
    for (const token of [await gateway.token('ada'), own ?? '']) {
      const serverSettings = connectionTo(gateway, 'ada', token)
      const url = `${gateway.url}/user/ada/api/kernels`
      const answer = await ServerConnection.makeRequest(url, { method: 'POST' }, serverSettings)
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ error: 'hub_token_refused' })
    }
  })

  it('without a token is answered by the server itself', async () => {
    const call = await fetch(`${gateway.url}/user/ada/api/contents`, { redirect: 'manual' })
    expect([call.status, call.headers.get('x-jupyterhub-version')]).toEqual([403, '6.1.1'])
    const page = await fetch(`${gateway.url}/user/ada/lab`, { redirect: 'manual' })
    expect(page.headers.get('location')).toMatch(/^\/hub\/api\/oauth2\/authorize\?client_id=/)
  })
})

it('reports its activity, and its tokens end with it', async () => {
  const tokens = async () => {
    const { body } = await gateway.api<{
      api_tokens: { note: string; last_activity: string | null }[]
    }>('GET', '/users/ada/tokens')
    return body.api_tokens.filter(({ note }) => note === 'Server at /user/ada/')
  }
  const [own] = await eventually('it has reported', async () => {
    const found = await tokens()
    return typeof found[0]?.last_activity === 'string' && found
  })
  expect(Date.parse(own?.last_activity ?? '')).toBeGreaterThan(Date.now() - 600_000)
  expect((await gateway.api('DELETE', '/users/ada/server')).status).toBe(204)
  expect(await tokens()).toEqual([])
  const left = await fetch(`${gateway.url}/user/ada/lab`, { redirect: 'manual' })
  expect(left.status).not.toBe(200)
})
