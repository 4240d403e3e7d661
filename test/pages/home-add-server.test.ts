import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import { putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const PATH = '/hub/home/add-server'

describe('a new named server', () => {
  it('is offered only where there are any', async () => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    expect(await (await ada.get('/hub/home')).text()).toContain(`action="${PATH}"`)
    hub.reload({ allow_all: true, allow_named_servers: false })
    expect(await (await ada.get('/hub/home')).text()).not.toContain(PATH)
    const refused = await ada.post(PATH, { _xsrf: await ada.xsrf(), server: 'gpu' })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('Named servers are not enabled.')
  })

  it('is started, and that leads to it', async () => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    const response = await ada.post(PATH, { _xsrf: await ada.xsrf(), server: ' gpu ' })
    const location = response.headers.get('location')
    expect([response.status, location]).toEqual([303, '/hub/spawn-pending/ada/gpu'])
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'running', by: 'ada' })
  })

  it('is only made for who stays', async () => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    const fields = { _xsrf: await ada.xsrf(), server: 'gpu', stay: 'home' }
    const response = await ada.post(PATH, fields)
    const location = response.headers.get('location')
    expect([response.status, location]).toEqual([303, '/hub/home?done=server-added'])
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped' })
  })

  it('has its options asked for where there are some', async () => {
    const { hub, signedIn } = await openSite({
      spawner: { kind: 'process', profiles: [{ name: 'Small' }, { name: 'Large' }] },
    })
    const ada = await signedIn('ada')
    const response = await ada.post(PATH, { _xsrf: await ada.xsrf(), server: 'gpu' })
    expect(response.headers.get('location')).toBe('/hub/spawn/ada/gpu')
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped' })
  })

  it.each([
    ['Bad_Name', 400, '“Bad_Name” cannot be a server’s name'],
    ['', 400, 'cannot be a server’s name'],
    ['"><img src=x>', 400, '“&quot;&gt;&lt;img src=x&gt;” cannot be'],
    ['x'.repeat(31), 400, 'cannot be a server’s name'],
    ['taken', 409, 'You have a server “taken” already.'],
  ])('of the name %j is not made, and the form keeps it', async (server, status, text) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'taken')
    const browser = await signedIn('ada')
    const response = await browser.post(PATH, { _xsrf: await browser.xsrf(), server })
    const html = await response.text()
    expect(response.status).toBe(status)
    expect(html).toContain(text)
    expect(html).toContain('aria-describedby="form-error server-help" aria-invalid="true"')
    expect(html).not.toContain('<img')
    if (server === 'Bad_Name') expect(html).toContain('value="Bad_Name" required')
    expect(await hub.store.count(['server'])).toBe(1)
  })

  it('is no more than the limit allows', async () => {
    const { hub, ada, signedIn } = await openSite({ named_server_limit_per_user: 2 })
    const browser = await signedIn('ada')
    await putServer(hub, ada, '')
    await putServer(hub, ada, 'one')
    expect(await (await browser.get('/hub/home')).text()).toContain('You have 1 of 2.')
    await putServer(hub, ada, 'two')
    const html = await (await browser.get('/hub/home')).text()
    expect(html).toContain('You have 2 named servers, which is as many as you may have.')
    expect(html).not.toContain(PATH)
    const refused = await browser.post(PATH, { _xsrf: await browser.xsrf(), server: 'three' })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('already has the maximum of 2 named servers')
    expect(await findServer(hub, 'ada', 'three')).toBeUndefined()
  })

  it('stays when there is no room to start it, and the page says why', async () => {
    const { hub, ada, signedIn } = await openSite({ active_server_limit: 1 })
    await putServer(hub, ada, '', { wanted: 'running', phase: 'ready' })
    const browser = await signedIn('ada')
    const response = await browser.post(PATH, { _xsrf: await browser.xsrf(), server: 'gpu' })
    expect(response.status).toBe(429)
    expect(await response.text()).toContain('role="alert"')
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped' })
  })

  it('needs the form’s token, and is not made by a GET', async () => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    expect((await ada.post(PATH, { server: 'gpu' })).status).toBe(403)
    expect((await ada.get(`${PATH}?server=gpu`)).status).toBe(405)
    expect(await findServer(hub, 'ada', 'gpu')).toBeUndefined()
  })
})
