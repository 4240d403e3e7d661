import { describe, expect, test } from 'vitest'
import { listenForShutdown } from '../../src/hub/shutdown.ts'
import type { ConfigInput } from '../support/hub.ts'
import { openSite } from './site.ts'

const CONFIG: ConfigInput = {
  admin_users: ['root'],
  load_roles: [{ name: 'looker', scopes: ['admin-ui'], users: ['eve'] }],
}

describe('the hub in the admin pages', () => {
  test('tells an admin what it runs on and how much it serves', async () => {
    const { signedIn } = await openSite(CONFIG)
    const answer = await (await signedIn('root')).get('/hub/admin/hub')
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain('<dt>Users</dt><dd>2</dd>')
    expect(html).toContain('<dt>Running servers</dt><dd>0</dd>')
    expect(html).toContain('<dt>Spawner</dt>')
    expect(html).toContain('action="/hub/admin/hub/shutdown"')
  })

  test('tells somebody with the scope for the pages alone nothing more', async () => {
    const { signedIn } = await openSite(CONFIG)
    const eve = await signedIn('eve')
    const answer = await eve.get('/hub/admin/hub')
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).not.toContain('<dt>')
    expect(html).not.toContain('shutdown')
    const end = await eve.post('/hub/admin/hub/shutdown', { _xsrf: await eve.xsrf() })
    expect(end.status).toBe(403)
  })

  test('is not for others', async () => {
    const { signedIn } = await openSite(CONFIG)
    const ada = await signedIn('ada')
    expect((await ada.get('/hub/admin/hub')).status).toBe(403)
    const end = await ada.post('/hub/admin/hub/shutdown', { _xsrf: await ada.xsrf() })
    expect(end.status).toBe(403)
  })

  test.each([
    [{}, false],
    [{ servers: 'stop' }, true],
  ])('ends the hub, with %o', async (fields, servers) => {
    const { hub, signedIn } = await openSite(CONFIG)
    const root = await signedIn('root')
    const listener = await listenForShutdown(hub)
    const answer = await root.post('/hub/admin/hub/shutdown', {
      _xsrf: await root.xsrf(),
      ...fields,
    })
    expect(answer.status).toBe(202)
    expect(await answer.text()).toContain('The hub is ending')
    await expect(listener.asked).resolves.toMatchObject({ servers })
    listener.close()
  })

  test('does not end without the XSRF value', async () => {
    const { signedIn } = await openSite(CONFIG)
    const root = await signedIn('root')
    expect((await root.post('/hub/admin/hub/shutdown', {})).status).toBe(403)
  })
})
