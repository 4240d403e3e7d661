import { describe, expect, it } from 'vitest'
import { allowRoute } from '../../src/auth/allow-route.ts'
import { issueToken } from '../../src/hub/tokens/tokens.ts'
import type { ServerFailure } from '../../src/model/server.ts'
import { makeUser, ownerOf, putServer } from '../support/people.ts'
import type { Site } from './site.ts'
import { openSite } from './site.ts'

const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const
const FAILURE: ServerFailure = { at: 0, status: 500, reason: 'exited', message: 'x', output: '' }

async function running(name = ''): Promise<Site> {
  const site = await openSite()
  await putServer(site.hub, site.ada, name, READY)
  return site
}

const SOCKET = {
  method: 'GET',
  isUpgrade: false,
  host: 'localhost',
  tls: false,
  origin: undefined,
  secFetchSite: undefined,
  secFetchMode: undefined,
  secFetchDest: undefined,
  authorization: undefined,
  queryToken: undefined,
} as const

describe('a server that runs', () => {
  it('is opened with a cookie of its own, below its path', async () => {
    const { hub, signedIn } = await running()
    const ada = await signedIn('ada')
    const response = await ada.get('/hub/user/ada/lab/tree/a%20b.ipynb?x=%2F')
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe(
      '/user/ada/lab/tree/a%20b.ipynb?x=%2F&redirects=1',
    )
    const [cookie = '', ...more] = response.headers.getSetCookie()
    expect(more).toEqual([])
    expect(cookie).toMatch(
      /^hubgate-server-[0-9a-f]{16}=[\w-]{43}; Path=\/user\/ada\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/,
    )
    const cookieHeader = cookie.split(';')[0]
    const route = { ...SOCKET, user: 'ada', server: '', cookieHeader }
    expect(await allowRoute(hub, route)).toMatchObject({
      answer: 'pass',
      principal: { name: 'ada' },
    })
    expect(await allowRoute(hub, { ...route, server: 'gpu' })).toEqual({ answer: 'sign-in' })
  })

  it.each([
    ['/hub/user/ada', '/user/ada/?redirects=1'],
    ['/hub/user/ada/', '/user/ada/?redirects=1'],
    ['/hub/user/ADA/lab', '/user/ada/lab?redirects=1'],
    ['/hub/user/%61da/lab', '/user/ada/lab?redirects=1'],
    ['/hub/user/ada//evil.example', '/user/ada//evil.example?redirects=1'],
    ['/hub/user/ada/%5Cevil.example', '/user/ada/%5Cevil.example?redirects=1'],
    ['/hub/user/ada/gpu/lab', '/user/ada/gpu/lab?redirects=1'],
    ['/hub/user/ada/lab?redirects=2&a', '/user/ada/lab?a&redirects=3'],
    ['/hub/user/ada/lab?redirects=x', '/user/ada/lab?redirects=x&redirects=1'],
  ])('%s goes to %s', async (path, location) => {
    const { signedIn } = await running()
    expect((await (await signedIn('ada')).get(path)).headers.get('location')).toBe(location)
  })

  it('is the named one where there is one of that name', async () => {
    const { signedIn } = await running('gpu')
    const response = await (await signedIn('ada')).get('/hub/user/ada/gpu/lab')
    expect(response.headers.get('location')).toBe('/user/ada/gpu/lab?redirects=1')
    expect(response.headers.getSetCookie()[0]).toContain('; Path=/user/ada/gpu/;')
  })

  it('is given up on when the browser comes back again and again', async () => {
    const { signedIn } = await running()
    const response = await (await signedIn('ada')).get('/hub/user/ada/lab?redirects=4')
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      message: expect.stringContaining('Redirect loop detected.') as string,
    })
  })

  it('is not shown to who may not go there, whether or not it runs', async () => {
    const { hub, signedIn } = await running()
    await makeUser(hub, 'grace')
    const eve = await signedIn('eve')
    for (const path of [
      '/hub/user/ada/',
      '/hub/user/grace/',
      '/hub/user/nobody/',
      '/hub/user/ada/api',
    ]) {
      const response = await eve.get(path)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'no_access' })
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })

  it('gives no cookie to a token, and does not fall back to the cookie for a bad one', async () => {
    const { hub, ada, browser, signedIn } = await running()
    const { token } = await issueToken(hub, {
      owner: ownerOf(ada),
      scopes: ['inherit'],
      note: '',
      expiresAt: null,
    })
    const response = await browser().get('/hub/user/ada/', { authorization: `token ${token}` })
    expect(response.status).toBe(302)
    expect(response.headers.getSetCookie()).toEqual([])
    const bad = await (await signedIn('ada')).get('/hub/user/ada/', { authorization: 'token bad' })
    expect(bad.status).toBe(403)
  })

  it('is not opened for a script of another site', async () => {
    const { signedIn } = await running()
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'image',
    }
    const response = await (await signedIn('ada')).get('/hub/user/ada/', headers)
    expect(response.status).toBe(403)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it.each(['/hub/user/%zz/', '/hub/user/ada/%ff/', '/hub/user//'])(
    '%s is not a path',
    async (path) => {
      const { signedIn } = await running()
      expect((await (await signedIn('ada')).get(path)).status).toBe(400)
    },
  )
})

describe('a server that does not run', () => {
  const MESSAGE =
    'JupyterHub server no longer running at /user/ada/lab. Restart the server at http://localhost/hub/spawn/ada'

  it('gets a page with a button, and nothing is started', async () => {
    const { hub, signedIn } = await openSite()
    const response = await (await signedIn('ada')).get('/hub/user/ada/lab?a=1')
    const html = await response.text()
    expect(response.status).toBe(424)
    expect(html).toContain('ada’s server is not running.')
    expect(html).toContain('method="post" action="/hub/spawn/ada"')
    expect(html).toContain('name="next" value="/user/ada/lab?a=1"')
    expect(await hub.store.count(['server'])).toBe(0)
  })

  it.each<[string, string]>([
    ['application/json', '/hub/user/ada/lab'],
    ['application/json, text/html', '/hub/user/ada/lab'],
    ['text/html;q=0.5, application/json', '/hub/user/ada/lab'],
  ])('tells a client that accepts %s', async (accept, path) => {
    const { signedIn } = await openSite()
    const response = await (await signedIn('ada')).get(path, { accept })
    expect(response.status).toBe(424)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({ message: MESSAGE })
  })

  it.each([
    'text/html',
    'text/html, application/json',
    '*/*',
    'application/json;q=0.5, text/html',
    '',
  ])('shows the page to a client that accepts %j', async (accept) => {
    const { signedIn } = await openSite()
    const response = await (await signedIn('ada')).get('/hub/user/ada/lab', { accept })
    expect(response.headers.get('content-type')).toContain('text/html')
  })

  it.each(['/hub/user/ada/api', '/hub/user/ada/api/status', '/hub/user/ada/x/api/y'])(
    'takes %s for a client’s',
    async (path) => {
      const { browser, signedIn } = await openSite()
      const response = await (await signedIn('ada')).get(path, { accept: 'text/html' })
      expect(response.status).toBe(424)
      expect(Object.keys((await response.json()) as object)).toEqual(['message'])
      expect((await browser().get(path)).status).toBe(403)
    },
  )

  it.each(['POST', 'PATCH', 'DELETE'])('tells a client that uses %s', async (method) => {
    const { browser, signedIn } = await openSite()
    const response = await (await signedIn('ada')).send(method, '/hub/user/ada/lab')
    expect(response.status).toBe(424)
    expect(await response.json()).toEqual({ message: MESSAGE })
    expect((await browser().send(method, '/hub/user/ada/lab')).status).toBe(403)
  })

  it.each([
    { wanted: 'running', phase: 'spawning' },
    { wanted: 'stopped', phase: 'stopping' },
    { failure: FAILURE },
  ] as const)('with %j goes to where that is shown', async (state) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', state)
    const response = await (await signedIn('ada')).get('/hub/user/ada/lab')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/hub/spawn-pending/ada?next=%2Fuser%2Fada%2Flab')
  })

  it('cannot be started by who may only visit', async () => {
    const { hub, signedIn } = await openSite({
      load_roles: [{ name: 'visitor', scopes: ['access:servers!user=ada'], users: ['eve'] }],
    })
    const response = await (await signedIn('eve')).get('/hub/user/ada/')
    const html = await response.text()
    expect(response.status).toBe(424)
    expect(html).toContain('Ask its owner to start it.')
    expect(html).not.toContain('action="/hub/spawn')
    expect(await hub.store.count(['server'])).toBe(0)
  })
})
