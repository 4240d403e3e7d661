import { describe, expect, it } from 'vitest'
import { createService, deleteService } from '../../src/hub/services/service-changes.ts'
import { findService } from '../../src/hub/services/services.ts'
import type { StoreEvent } from '../../src/store/port.ts'
import type { ConfigInput } from '../support/hub.ts'
import { serviceWish } from '../support/services.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const PATH = '/hub/admin/services'
const TOKEN = 'a-token-for-a-service-0123456789abcdef'

const CONFIG: ConfigInput = {
  admin_users: ['root'],
  services: [
    { name: 'dash', url: 'http://127.0.0.1:9', admin: true },
    { name: 'cull', command: ['cull'] },
  ],
  load_roles: [
    { name: 'looker', scopes: ['admin-ui'], users: ['eve'] },
    { name: 'some', scopes: ['admin-ui', 'list:services!service=made'], users: ['tim'] },
    { name: 'operator', scopes: ['admin-ui', 'admin:services'], users: ['tom'] },
  ],
}

async function openServices(): Promise<Site & { root: Browser }> {
  const site = await openSite(CONFIG)
  await createService(site.hub, serviceWish('made', { url: 'http://127.0.0.1:8/' }))
  return { ...site, root: await site.signedIn('root') }
}

const textOf = async (answer: Promise<Response>): Promise<string> => (await answer).text()

const send = async (browser: Browser, path: string, fields: Record<string, string> = {}) =>
  browser.post(path, { _xsrf: await browser.xsrf(), ...fields })

describe('the list of services', () => {
  it('shows each: where it is, what runs it, who made it', async () => {
    const { root } = await openServices()
    const html = await textOf(root.get(PATH))
    expect(html).toContain('<a href="/services/dash/">dash</a>')
    expect(html).toContain('<td>http://127.0.0.1:9</td>')
    expect(html).toContain('Managed, not running')
    expect(html.match(/In the config<\/td>/g)).toHaveLength(2)
    expect(html.match(/Over the API<\/td>/g)).toHaveLength(1)
    expect(html).toContain('action="/hub/admin/services/made/delete"')
    expect(html).not.toContain('/hub/admin/services/dash/delete')
  })

  it('shows what somebody may list', async () => {
    const { signedIn } = await openServices()
    const html = await textOf((await signedIn('tim')).get(PATH))
    expect(html).toContain('made')
    expect(html).not.toContain('dash')
    expect(html).not.toContain('New service')
    expect(html).not.toContain('/delete"')
  })

  it('is not for others, and not changed by looking', async () => {
    const { hub, root, signedIn } = await openServices()
    expect(await textOf((await signedIn('eve')).get(PATH))).toContain('list:services')
    for (const name of ['eve', 'ada']) {
      expect((await (await signedIn(name)).get(PATH)).status).toBe(403)
    }
    const events: StoreEvent[] = []
    const stop = hub.store.watch((event) => events.push(event))
    await root.get(PATH)
    expect((await root.get(`${PATH}/made/delete`)).status).toBe(405)
    stop()
    expect(events).toEqual([])
  })
})

describe('a new service', () => {
  it('is made, with its token', async () => {
    const { hub, root } = await openServices()
    const fields = { name: ' new.one ', url: 'http://127.0.0.1:7', api_token: TOKEN }
    const answer = await send(root, PATH, fields)
    expect(answer.headers.get('location')).toBe('/hub/admin/services?done=service-created')
    expect(await findService(hub, 'new.one')).toMatchObject({ admin: false, source: 'api' })
    expect(await textOf(root.get(PATH))).not.toContain(TOKEN)
  })

  it.each([
    [{ name: '../users' }, 400, 'Choose another name'],
    [{ name: '' }, 400, 'Choose another name'],
    [{ name: 'made' }, 409, 'Service made already exists'],
    [{ name: 'new', url: 'ftp://<b>' }, 400, 'Failed to create service new'],
    [{ name: 'new', api_token: 'short' }, 400, 'Failed to create service new'],
  ])('is not made of %o', async (fields, status, message) => {
    const { hub, root } = await openServices()
    const sent: Record<string, string> = { url: 'http://127.0.0.1:7', admin: 'yes', ...fields }
    const answer = await send(root, PATH, sent)
    expect(answer.status).toBe(status)
    const html = await answer.text()
    expect(html).toContain(message)
    expect(html).toContain(' checked')
    expect(html).toContain(`value="${(sent['url'] ?? '').replace('<b>', '&lt;b&gt;')}"`)
    expect(html).not.toContain('value="short"')
    expect(await findService(hub, 'new')).toBeUndefined()
  })

  it('is made no admin by those who are none', async () => {
    const { hub, signedIn } = await openServices()
    const tom = await signedIn('tom')
    expect((await send(tom, PATH, { name: 'new', admin: 'yes' })).status).toBe(400)
    expect((await send(tom, PATH, { name: 'new' })).status).toBe(303)
    expect(await findService(hub, 'new')).toMatchObject({ admin: false })
  })
})

describe('the end of a service', () => {
  it('comes to one that was made over the API', async () => {
    const { hub, root } = await openServices()
    const answer = await send(root, `${PATH}/made/delete`)
    expect(answer.headers.get('location')).toBe('/hub/admin/services?done=service-deleted')
    expect(await findService(hub, 'made')).toBeUndefined()
  })

  it('does not come to one of the config, or to none', async () => {
    const { hub, root } = await openServices()
    const answer = await send(root, `${PATH}/dash/delete`)
    expect([answer.status, await answer.text()]).toEqual([
      405,
      expect.stringContaining('Service dash is not modifiable at runtime'),
    ])
    expect((await send(root, `${PATH}/none/delete`)).status).toBe(404)
    expect((await send(root, `${PATH}/a%2Fb/delete`)).status).toBe(404)
    expect(await findService(hub, 'dash')).toBeDefined()
  })

  it('does not come by those who may not, or without the XSRF value', async () => {
    const { hub, root, signedIn } = await openServices()
    for (const name of ['eve', 'tim', 'ada']) {
      const browser = await signedIn(name)
      expect([403, 404]).toContain((await send(browser, `${PATH}/made/delete`)).status)
      expect((await send(browser, PATH, { name: 'new' })).status).toBe(403)
    }
    expect((await root.post(`${PATH}/made/delete`, {})).status).toBe(403)
    expect((await root.post(PATH, { name: 'new' })).status).toBe(403)
    expect(await findService(hub, 'made')).toBeDefined()
    expect(await findService(hub, 'new')).toBeUndefined()
  })

  it('comes to admins by admins alone', async () => {
    const { hub, signedIn } = await openServices()
    await createService(hub, serviceWish('boss', { admin: true }))
    const tom = await signedIn('tom')
    const html = await textOf(tom.get(PATH))
    expect(html).toContain('action="/hub/admin/services/made/delete"')
    expect(html).not.toContain('action="/hub/admin/services/boss/delete"')
    expect((await send(tom, `${PATH}/boss/delete`)).status).toBe(403)
    await deleteService(hub, 'boss', () => undefined)
  })
})
