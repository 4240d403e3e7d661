import { describe, expect, it } from 'vitest'
import { createGroups } from '../../src/hub/groups/groups.ts'
import { findServer } from '../../src/hub/servers/servers.ts'
import { findUser } from '../../src/hub/users/users.ts'
import type { ConfigInput } from '../support/hub.ts'
import { makeUser, putServer } from '../support/people.ts'
import type { Site } from './site.ts'
import { openSite } from './site.ts'

const ROOT: ConfigInput = { admin_users: ['root'] }

/** Root and some users: bob and cyd in the group class, bob's server runs, dee's named one starts. */
async function openHub(config: ConfigInput = {}): Promise<Site> {
  const site = await openSite({ ...ROOT, ...config })
  const { hub } = site
  await makeUser(hub, 'root', { admin: true })
  const bob = await makeUser(hub, 'bob')
  await makeUser(hub, 'cyd')
  const dee = await makeUser(hub, 'dee')
  await createGroups(hub, ['class'], ['bob', 'cyd'])
  await putServer(hub, bob, '', { wanted: 'running', phase: 'ready' })
  await putServer(hub, dee, 'gpu', { wanted: 'running', phase: 'spawning' })
  return site
}

/** Whose rows a page has, in their order, and what it says of how many there are. */
function listed(html: string): [string[], string | undefined] {
  const names = [...html.matchAll(/<th scope="row"><a href="[^"]*">([^<]*)<\/a>/g)]
  const range = /<p class="muted">((?:No|\d)[^<]*users)<\/p>/.exec(html)?.[1]
  return [names.map(([, name = '']) => name), range]
}

const rowOf = (html: string, name: string): string =>
  html.split('<tr ').find((row) => row.includes(`value="${name}"`)) ?? ''

const TEACHER = {
  load_roles: [
    {
      name: 'teacher',
      scopes: [
        'admin-ui',
        'list:users!group=class',
        'read:users!group=class',
        'servers!group=class',
      ],
      users: ['ada'],
    },
  ],
}

describe('the list of users', () => {
  it('is for those with admin-ui', async () => {
    const { signedIn } = await openHub()
    const ada = await signedIn('ada')
    for (const path of ['', '/users/bob', '/create-users']) {
      expect((await ada.get(`/hub/admin${path}`)).status, path).toBe(403)
    }
    const xsrf = await ada.xsrf()
    for (const path of ['bulk', 'create-users', 'users/bob/server', 'users/bob/delete']) {
      const fields = { _xsrf: xsrf, deed: 'delete', user: 'bob', names: 'eve', do: 'stop' }
      expect((await ada.post(`/hub/admin/${path}`, fields)).status, path).toBe(403)
    }
  })

  it.each<[string, string[], string]>([
    ['', ['dee', 'bob', 'root', 'cyd', 'ada'], '1 to 5 of 5 users'],
    ['?sort=name', ['ada', 'bob', 'cyd', 'dee', 'root'], '1 to 5 of 5 users'],
    ['?sort=-name&limit=2', ['root', 'dee'], '1 to 2 of 5 users'],
    ['?sort=-name&limit=2&offset=2', ['cyd', 'bob'], '3 to 4 of 5 users'],
    ['?sort=name&limit=2&offset=90', ['root'], '5 to 5 of 5 users'],
    ['?sort=id', ['ada', 'root', 'bob', 'cyd', 'dee'], '1 to 5 of 5 users'],
    ['?search=D&sort=name', ['ada', 'cyd', 'dee'], '1 to 3 of 3 users'],
    ['?state=active', ['dee', 'bob'], '1 to 2 of 2 users'],
    ['?state=ready', ['bob'], '1 to 1 of 1 users'],
    ['?state=inactive&sort=name', ['ada', 'cyd', 'root'], '1 to 3 of 3 users'],
    ['?group=class&sort=name', ['bob', 'cyd'], '1 to 2 of 2 users'],
    ['?group=class&state=active', ['bob'], '1 to 1 of 1 users'],
    ['?group=nobody', [], 'No users'],
    ['?sort=nonsense&state=x&limit=0&offset=-1', ['dee'], '1 to 1 of 5 users'],
  ])('with %s has %j', async (query, names, range) => {
    const { activity, signedIn } = await openHub()
    const root = await signedIn('root')
    await activity.flush()
    expect(listed(await (await root.get(`/hub/admin${query}`)).text())).toEqual([names, range])
  })

  it('tells of servers what can be done', async () => {
    const { signedIn } = await openHub()
    const html = await (await (await signedIn('root')).get('/hub/admin')).text()
    expect(rowOf(html, 'bob')).toContain('href="/user/bob/"')
    expect(rowOf(html, 'bob')).toContain('formaction="/hub/admin/users/bob/server"')
    expect(rowOf(html, 'bob')).toMatch(/value="stop".*Stop/)
    expect(rowOf(html, 'bob')).not.toContain('value="start"')
    expect(rowOf(html, 'dee')).toContain('+1 named')
    expect(rowOf(html, 'dee')).toMatch(/value="start".*Start/)
    expect(rowOf(html, 'root')).toContain('Admin')
    expect(rowOf(html, 'ada')).not.toContain('Admin')
  })

  it('keeps the view in its links, and says how it is sorted', async () => {
    const { signedIn } = await openHub()
    const root = await signedIn('root')
    const html = await (await root.get('/hub/admin?search=d&sort=name&limit=1')).text()
    expect(html).toContain('<th scope="col" aria-sort="ascending">')
    expect(html).toContain('href="/hub/admin?search=d&amp;sort=-name&amp;limit=1"')
    expect(html).toContain('href="/hub/admin?search=d&amp;sort=name&amp;offset=1&amp;limit=1"')
  })

  it('escapes what it is asked', async () => {
    const { signedIn } = await openHub()
    const evil = encodeURIComponent('"><img src=x onerror=alert(1)>')
    const root = await signedIn('root')
    const html = await (await root.get(`/hub/admin?search=${evil}&group=${evil}`)).text()
    expect(html).not.toContain('<img')
    expect(html).toContain('&quot;&gt;&lt;img src=x')
  })

  it('shows and counts only whom the viewer may list', async () => {
    const { hub, signedIn } = await openHub(TEACHER)
    await createGroups(hub, ['secret'], ['bob', 'dee'])
    const ada = await signedIn('ada')
    const html = await (await ada.get('/hub/admin')).text()
    expect(listed(html)).toEqual([['bob', 'cyd'], '1 to 2 of 2 users'])
    expect(rowOf(html, 'bob')).toContain('value="stop"')
    expect(rowOf(html, 'bob')).not.toContain('href="/user/bob/"')
    expect(html).not.toContain('Create users')
    expect(html).not.toContain('<option value="delete"')
    expect((await ada.get('/hub/admin/users/bob')).status).toBe(200)
    expect((await ada.get('/hub/admin/users/dee')).status).toBe(404)
    expect((await ada.get('/hub/admin/create-users')).status).toBe(403)
  })

  it('is empty for whoever may list nobody', async () => {
    const role = { name: 'looker', scopes: ['admin-ui'], users: ['ada'] }
    const { signedIn } = await openHub({ load_roles: [role] })
    const html = await (await (await signedIn('ada')).get('/hub/admin?group=class')).text()
    expect(listed(html)).toEqual([[], 'No users'])
  })

  it('tells nobody who is in a group that may not read it', async () => {
    const role = { name: 'lister', scopes: ['admin-ui', 'list:users'], users: ['ada'] }
    const { signedIn } = await openHub({ load_roles: [role] })
    const ada = await signedIn('ada')
    expect(listed(await (await ada.get('/hub/admin?group=class')).text())[0]).toEqual([])
    const html = await (await ada.get('/hub/admin')).text()
    expect(listed(html)[0]).toHaveLength(5)
    expect(rowOf(html, 'bob')).not.toContain('Running')
    expect(rowOf(html, 'bob')).not.toContain('<time')
  })
})

describe('a server of somebody', () => {
  it('is started and stopped from the list, which stays as it is', async () => {
    const { hub, signedIn } = await openHub()
    const root = await signedIn('root')
    const fields = { _xsrf: await root.xsrf(), view: 'search=d&sort=name&evil=//x' }
    const started = await root.post('/hub/admin/users/cyd/server', { ...fields, do: 'start' })
    expect(started.status).toBe(303)
    expect(started.headers.get('location')).toBe(
      '/hub/admin?search=d&sort=name&done=server-starting',
    )
    expect(await findServer(hub, 'cyd', '')).toMatchObject({ wanted: 'running', by: 'root' })
    const stopped = await root.post('/hub/admin/users/bob/server', {
      _xsrf: fields._xsrf,
      do: 'stop',
    })
    expect(stopped.headers.get('location')).toBe('/hub/admin/users/bob?done=server-stopping')
    expect(await findServer(hub, 'bob', '')).toMatchObject({ wanted: 'stopped' })
  })

  it('comes back with why it was not started', async () => {
    const { signedIn } = await openHub()
    const root = await signedIn('root')
    const fields = { _xsrf: await root.xsrf(), do: 'start' }
    const view = 'search=b'
    const answer = await root.post('/hub/admin/users/bob/server', { ...fields, view })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('role="alert" data-variant="error">bob is already running</p>')
    expect(listed(html)[0]).toEqual(['bob'])
    const page = await root.post('/hub/admin/users/bob/server', fields)
    expect(await page.text()).toContain('>bob is already running</p>')
  })

  it.each([
    ['dee', 'start'],
    ['dee', 'stop'],
    ['root', 'start'],
  ])('of %s is not to %s for a teacher of others', async (name, verb) => {
    const { signedIn } = await openHub(TEACHER)
    const ada = await signedIn('ada')
    const fields = { _xsrf: await ada.xsrf(), do: verb, view: '' }
    const answer = await ada.post(`/hub/admin/users/${name}/server`, fields)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('No access to resources or resources not found')
  })
})

describe('a user’s page', () => {
  it('tells of the user and escapes it', async () => {
    const { hub, signedIn } = await openHub()
    const dee = await findUser(hub, 'dee')
    await putServer(hub, dee!, 'x', { displayName: '<img src=x onerror=alert(1)>' })
    const html = await (await (await signedIn('root')).get('/hub/admin/users/Dee')).text()
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x')
    expect(html).toContain('Starting')
    expect(html).toContain('href="/hub/admin/tokens?user=dee"')
  })

  it('renames, makes an admin, changes groups and deletes', async () => {
    const { hub, signedIn } = await openHub()
    const root = await signedIn('root')
    const _xsrf = await root.xsrf()
    const post = async (path: string, fields: Record<string, string>) => {
      const answer = await root.post(`/hub/admin/users/${path}`, { _xsrf, ...fields })
      return `${answer.status} ${answer.headers.get('location') ?? ''}`
    }
    const changed = '/hub/admin/users/zoe?done=user-changed'
    expect(await post('cyd/rename', { name: 'Zoe' })).toBe(`303 ${changed}`)
    expect(await post('zoe/admin', { admin: 'yes' })).toBe(`303 ${changed}`)
    expect(await findUser(hub, 'zoe')).toMatchObject({ admin: true, groups: ['class'] })
    expect(await post('zoe/admin', { admin: 'no' })).toBe(`303 ${changed}`)
    expect(await post('zoe/groups', { leave: 'class' })).toBe(`303 ${changed}`)
    expect(await findUser(hub, 'zoe')).toMatchObject({ admin: false, groups: [] })
    expect(await post('zoe/groups', { join: 'class' })).toBe(`303 ${changed}`)
    expect(await post('zoe/delete', {})).toBe('303 /hub/admin?done=user-deleted')
    expect(await findUser(hub, 'zoe')).toBeUndefined()
  })

  it.each([
    ['rename', { name: 'bob' }, 400, 'value="bob"'],
    ['rename', { name: 'a/b' }, 400, 'value="a/b"'],
    ['groups', { join: 'nope' }, 404, 'value="nope"'],
    ['groups', { join: '..' }, 404, ''],
    ['delete', {}, 400, 'Cannot delete yourself!'],
  ])('keeps what was typed when it could not %s %j', async (verb, fields, status, text) => {
    const { signedIn } = await openHub()
    const root = await signedIn('root')
    const sent = { _xsrf: await root.xsrf(), ...fields } as Record<string, string>
    const answer = await root.post(`/hub/admin/users/root/${verb}`, sent)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(text)
  })

  it('changes nothing without the form’s value, nor with a GET', async () => {
    const { hub, signedIn } = await openHub()
    const root = await signedIn('root')
    for (const verb of ['rename', 'admin', 'groups', 'server', 'delete']) {
      const path = `/hub/admin/users/cyd/${verb}`
      expect((await root.post(path, { name: 'x', admin: 'yes' })).status, verb).toBe(403)
      expect((await root.get(path)).status, verb).toBe(405)
    }
    expect((await root.post('/hub/admin/bulk', { deed: 'delete', user: 'cyd' })).status).toBe(403)
    expect((await root.post('/hub/admin/create-users', { names: 'eve' })).status).toBe(403)
    expect(await findUser(hub, 'cyd')).toMatchObject({ admin: false })
    expect(await findUser(hub, 'eve')).toBeUndefined()
  })
})

describe('creating users', () => {
  it('takes many names at once', async () => {
    const { hub, signedIn } = await openHub()
    const root = await signedIn('root')
    const _xsrf = await root.xsrf()
    const names = 'Eve, fay\r\ngus,gus'
    const answer = await root.post('/hub/admin/create-users', { _xsrf, names, admin: 'yes' })
    expect(answer.headers.get('location')).toBe('/hub/admin?done=users-created&sort=-id')
    for (const name of ['eve', 'fay', 'gus']) {
      expect(await findUser(hub, name)).toMatchObject({ admin: true })
    }
  })

  it('says of each name why it was not made, and keeps those', async () => {
    const { hub, signedIn } = await openHub()
    const root = await signedIn('root')
    const names = 'bob eve <b> ..'
    const fields = { _xsrf: await root.xsrf(), names }
    const answer = await root.post('/hub/admin/create-users', fields)
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('<strong>bob</strong>: User bob already exists')
    expect(html).toContain('<strong>&lt;b&gt;</strong>: a name has')
    expect(html).toContain('Created: eve.')
    expect(html).toMatch(/>(?=[^<]*bob)(?=[^<]*&lt;b&gt;)[^<]*<\/textarea>/)
    expect(await findUser(hub, 'eve')).toBeDefined()
  })

  it('wants names', async () => {
    const { signedIn } = await openHub()
    const root = await signedIn('root')
    const _xsrf = await root.xsrf()
    const many = Array.from({ length: 201 }, (_, i) => `u${i}`).join(' ')
    for (const [names, text] of [
      [' , ', 'at least one name'],
      [many, '200 names at a time'],
    ]) {
      const answer = await root.post('/hub/admin/create-users', { _xsrf, names: names ?? '' })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain(text)
    }
  })
})
