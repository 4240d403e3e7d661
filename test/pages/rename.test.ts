import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import { makeUser, putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const READY = { wanted: 'running', phase: 'ready' } as const

describe('GET rename', () => {
  it('asks for the names, and changes nothing', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', { displayName: 'Big <b>' })
    const html = await (await (await signedIn('ada')).get('/hub/rename/ada/gpu')).text()
    expect(html).toContain('Rename ada’s server “gpu”')
    expect(html).toContain('value="Big &lt;b&gt;"')
    expect(html).toContain('name="name" value="gpu" required')
    expect(html).toContain('method="post" action="/hub/rename/ada/gpu"')
  })

  it('is there for a default server that was never started', async () => {
    const { hub, signedIn } = await openSite()
    const html = await (await (await signedIn('ada')).get('/hub/rename/ada')).text()
    expect(html).toContain('Give it one to make it a named server')
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })

  it('says what to do first for a server that runs', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', READY)
    const html = await (await (await signedIn('ada')).get('/hub/rename/ada/gpu')).text()
    expect(html).toContain('Stop it first')
    expect(html).not.toContain('action="/hub/rename')
  })
})

describe('POST rename', () => {
  it.each([
    [{ name: 'big' }, 'big', 'Old'],
    [{ display_name: ' New one ' }, 'gpu', 'New one'],
    [{ name: ' big ', display_name: 'New one' }, 'big', 'New one'],
    [{ name: 'big', display_name: '' }, 'big', 'big'],
    [{ name: 'gpu', display_name: '' }, 'gpu', 'gpu'],
  ])('%j gives the server the name %s and shows it as %s', async (fields, name, displayName) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', { displayName: 'Old' })
    const browser = await signedIn('ada')
    const sent = { _xsrf: await browser.xsrf(), display_name: 'Old', ...fields }
    const response = await browser.post('/hub/rename/ada/gpu', sent)
    const location = response.headers.get('location')
    expect([response.status, location]).toEqual([303, '/hub/home?done=server-renamed'])
    expect(await findServer(hub, 'ada', name)).toMatchObject({ displayName })
    expect(await hub.store.count(['server'])).toBe(1)
  })

  it('goes home when nothing is new', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu')
    const browser = await signedIn('ada')
    const _xsrf = await browser.xsrf()
    for (const [path, fields] of [
      ['/hub/rename/ada/gpu', { name: 'gpu', display_name: 'gpu' }],
      ['/hub/rename/ada', { name: '', display_name: '' }],
    ] as const) {
      const response = await browser.post(path, { _xsrf, ...fields })
      expect([response.status, response.headers.get('location')]).toEqual([303, '/hub/home'])
    }
  })

  it('makes the default server a named one', async () => {
    const { hub, signedIn } = await openSite()
    const browser = await signedIn('ada')
    const fields = { _xsrf: await browser.xsrf(), name: 'main', display_name: 'Main' }
    expect((await browser.post('/hub/rename/ada', fields)).status).toBe(303)
    expect(await findServer(hub, 'ada', 'main')).toMatchObject({ displayName: 'Main' })
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })

  it.each([
    [{ name: 'Bad_Name' }, 400, '“Bad_Name” cannot be a server’s name'],
    [{ name: '' }, 400, 'cannot be a server’s name'],
    [{ display_name: 'two  spaces' }, 400, 'cannot be a display name'],
    [{ name: 'taken', display_name: '<img src=x>' }, 409, 'There is a server “taken” already.'],
  ])('shows the form again for %j', async (fields, status, text) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', { displayName: 'Old' })
    await putServer(hub, ada, 'taken')
    const browser = await signedIn('ada')
    const sent = { _xsrf: await browser.xsrf(), name: 'gpu', display_name: 'Typed', ...fields }
    const response = await browser.post('/hub/rename/ada/gpu', sent)
    const html = await response.text()
    expect(response.status).toBe(status)
    expect(html).toContain(text)
    expect(html).toContain(`name="name" value="${sent.name}"`)
    expect(html).toContain(`value="${sent.display_name.replace('<', '&lt;').replace('>', '&gt;')}"`)
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ displayName: 'Old' })
  })

  it('renames nothing that runs', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', READY)
    const browser = await signedIn('ada')
    const fields = { _xsrf: await browser.xsrf(), name: 'big' }
    const response = await browser.post('/hub/rename/ada/gpu', fields)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(
      'ada:gpu is active. Please stop it before modifying it.',
    )
    expect(await findServer(hub, 'ada', 'big')).toBeUndefined()
  })

  it('says that there are no named servers', async () => {
    const { signedIn } = await openSite({ allow_named_servers: false })
    const ada = await signedIn('ada')
    const fields = { _xsrf: await ada.xsrf(), name: 'big' }
    const response = await ada.post('/hub/rename/ada', fields)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('Named servers are not enabled.')
  })

  it('needs the form’s token', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu')
    const browser = await signedIn('ada')
    expect((await browser.post('/hub/rename/ada/gpu', { name: 'big' })).status).toBe(403)
    expect(await findServer(hub, 'ada', 'gpu')).toBeDefined()
  })
})

describe('another’s server', () => {
  it('is out of reach', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu')
    const eve = await signedIn('eve')
    const _xsrf = await eve.xsrf()
    for (const path of ['/hub/rename/ada/gpu', '/hub/rename/ada', '/hub/rename/nobody']) {
      expect((await eve.get(path)).status).toBe(404)
      expect((await eve.post(path, { _xsrf, name: 'stolen' })).status).toBe(404)
    }
    expect((await eve.get('/hub/rename/eve/none')).status).toBe(404)
    expect(await findServer(hub, 'ada', 'gpu')).toBeDefined()
  })

  it('is renamed by an admin', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu')
    await makeUser(hub, 'ops', { admin: true })
    const ops = await signedIn('ops')
    const fields = { _xsrf: await ops.xsrf(), name: 'big' }
    expect((await ops.post('/hub/rename/ada/gpu', fields)).status).toBe(303)
    expect(await findServer(hub, 'ada', 'big')).toBeDefined()
  })
})
