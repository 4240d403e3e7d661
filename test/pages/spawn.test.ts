import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import { makeUser, putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const

describe('GET spawn', () => {
  it.each(['/hub/spawn', '/hub/spawn/ada', '/hub/spawn/ADA'])('%s asks first', async (path) => {
    const { hub, signedIn } = await openSite()
    const html = await (await (await signedIn('ada')).get(`${path}?next=/user/ada/lab`)).text()
    expect(html).toContain('Start ada’s server')
    expect(html).toContain('method="post" action="/hub/spawn/ada"')
    expect(html).toContain('name="next" value="/user/ada/lab"')
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })

  it('goes to a server that runs, and to one that is on its way', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', READY)
    await putServer(hub, ada, 'gpu', { wanted: 'running', phase: 'spawning' })
    const browser = await signedIn('ada')
    const to = async (path: string) => (await browser.get(path)).headers.get('location')
    expect(await to('/hub/spawn')).toBe('/user/ada/')
    expect(await to('/hub/spawn?next=/user/ada/lab')).toBe('/user/ada/lab')
    expect(await to('/hub/spawn?next=//evil.example')).toBe('/user/ada/')
    expect(await to('/hub/spawn/ada/gpu')).toBe('/hub/spawn-pending/ada/gpu')
  })
})

describe('POST spawn', () => {
  it.each([
    ['/hub/spawn', {}, '', '/hub/spawn-pending/ada'],
    ['/hub/spawn/ada', {}, '', '/hub/spawn-pending/ada'],
    ['/hub/spawn/ada/gpu', {}, 'gpu', '/hub/spawn-pending/ada/gpu'],
    ['/hub/spawn/ada', { server: ' gpu ' }, 'gpu', '/hub/spawn-pending/ada/gpu'],
    [
      '/hub/spawn/ada',
      { next: '/user/ada/lab?a=1' },
      '',
      '/hub/spawn-pending/ada?next=%2Fuser%2Fada%2Flab%3Fa%3D1',
    ],
    ['/hub/spawn/ada', { next: '//evil.example' }, '', '/hub/spawn-pending/ada'],
  ])('%s %j starts server %j', async (path, fields, name, location) => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    const response = await ada.post(path, { _xsrf: await ada.xsrf(), ...fields })
    expect([response.status, response.headers.get('location')]).toEqual([303, location])
    expect(await findServer(hub, 'ada', name)).toMatchObject({ wanted: 'running', by: 'ada' })
  })

  it('goes to a server that runs already', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', READY)
    const browser = await signedIn('ada')
    const response = await browser.post('/hub/spawn', { _xsrf: await browser.xsrf() })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/user/ada/'])
  })

  it.each(['Bad_Name', '../x', 'x'.repeat(31), '<b>'])('refuses the name %j', async (server) => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    const response = await ada.post('/hub/spawn/ada', { _xsrf: await ada.xsrf(), server })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ message: `Invalid server_name: '${server}'` })
    expect(await hub.store.count(['server'])).toBe(0)
  })

  it('says that there are no named servers', async () => {
    const { signedIn } = await openSite({ allow_named_servers: false })
    const ada = await signedIn('ada')
    const response = await ada.post('/hub/spawn/ada/gpu', { _xsrf: await ada.xsrf() })
    expect(response.status).toBe(400)
  })
})

describe('POST stop', () => {
  it('stops a server and goes home', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', READY)
    const browser = await signedIn('ada')
    const response = await browser.post('/hub/stop/ada/gpu', { _xsrf: await browser.xsrf() })
    const home = '/hub/home?done=server-stopping'
    expect([response.status, response.headers.get('location')]).toEqual([303, home])
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped', by: 'ada' })
  })

  it('knows no server that does not exist', async () => {
    const { signedIn } = await openSite()
    const ada = await signedIn('ada')
    expect((await ada.post('/hub/stop/ada/gpu', { _xsrf: await ada.xsrf() })).status).toBe(404)
  })
})

describe('another’s server', () => {
  const PAGES = [
    '/hub/spawn/ada',
    '/hub/spawn/ada/gpu',
    '/hub/spawn/nobody',
    '/hub/spawn-pending/ada',
    '/hub/spawn-pending/nobody',
  ]

  it('is not found, whether or not it exists', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', READY)
    const eve = await signedIn('eve')
    const _xsrf = await eve.xsrf()
    for (const path of PAGES) {
      const response = await eve.get(path)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'no_access' })
    }
    for (const path of [
      '/hub/spawn/ada',
      '/hub/stop/ada',
      '/hub/stop/nobody',
      '/hub/spawn/nobody',
    ]) {
      expect((await eve.post(path, { _xsrf })).status).toBe(404)
    }
    expect(await findServer(hub, 'ada', '')).toMatchObject(READY)
    expect(await findServer(hub, 'ada', 'gpu')).toBeUndefined()
  })

  it('can be started and stopped by an admin, who is on record', async () => {
    const { hub, signedIn } = await openSite()
    await makeUser(hub, 'ops', { admin: true })
    const ops = await signedIn('ops')
    const _xsrf = await ops.xsrf()
    expect((await ops.post('/hub/spawn/ada', { _xsrf })).status).toBe(303)
    expect(await findServer(hub, 'ada', '')).toMatchObject({ user: 'ada', by: 'ops' })
    expect((await ops.post('/hub/stop/ada', { _xsrf })).status).toBe(303)
    expect((await ops.get('/hub/spawn/nobody')).status).toBe(404)
  })
})
