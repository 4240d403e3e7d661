import { describe, expect, it, test } from 'vitest'
import { createGroups, findGroup, membersOf } from '../../src/hub/groups/groups.ts'
import { escapePath } from '../../src/model/server-url.ts'
import type { StoreEvent } from '../../src/store/port.ts'
import type { ConfigInput } from '../support/hub.ts'
import { makeUser } from '../support/people.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const PATH = '/hub/admin/groups'
const SNEAKY = '<img src=x onerror=alert(1)>'

const CONFIG: ConfigInput = {
  admin_users: ['root'],
  load_roles: [
    { name: 'looker', scopes: ['admin-ui'], users: ['eve'] },
    { name: 'some', scopes: ['admin-ui', 'list:groups!group=x'], users: ['tim'] },
    { name: 'tutor', scopes: ['admin-ui', 'groups!group=x'], users: ['tom'] },
  ],
}

async function openGroups(names: readonly string[] = ['x']): Promise<Site & { root: Browser }> {
  const site = await openSite(CONFIG)
  await createGroups(site.hub, names, ['ada'])
  return { ...site, root: await site.signedIn('root') }
}

async function textOf(answer: Promise<Response>): Promise<string> {
  return (await answer).text()
}

const send = async (browser: Browser, path: string, fields: Record<string, string>) =>
  browser.post(path, { _xsrf: await browser.xsrf(), ...fields })

describe('the list of groups', () => {
  it('shows each with its members and properties, to an admin', async () => {
    const { root } = await openGroups(['x', 'a/b c'])
    await send(root, `${PATH}/x/properties`, { properties: '{"gpu": true}' })
    const html = await textOf(root.get(PATH))
    expect(html).toContain('href="/hub/admin/groups/a%2Fb%20c">a/b c</a>')
    expect(html).toContain('<code>{&quot;gpu&quot;:true}</code>')
    expect(html).toContain('1 to 2 of 2 groups')
  })

  it('has pages', async () => {
    const { root } = await openGroups(Array.from({ length: 120 }, (_, i) => `g${i}`))
    const html = await textOf(root.get(`${PATH}?offset=50`))
    expect(html).toContain('51 to 100 of 120 groups')
    expect(html).toContain('>g50</a>')
    expect(html).not.toContain('>g49</a>')
  })

  it('is searched by a part of the name, in any case', async () => {
    const { root } = await openGroups(['Ärzte', 'staff', '...'])
    const html = await textOf(root.get(`${PATH}?name=${encodeURIComponent('äRZ')}`))
    expect(html).toContain('>Ärzte</a>')
    expect(html).toContain('1 to 1 of 1 groups')
    expect(await textOf(root.get(`${PATH}?name=.`))).toContain('>...</a>')
    expect(await textOf(root.get(`${PATH}?name=nothing`))).toContain('No group has this')
  })

  it('shows somebody who may list one group that one, also in a search', async () => {
    const { signedIn } = await openGroups(['x', 'xy'])
    const tim = await signedIn('tim')
    for (const path of [PATH, `${PATH}?name=x`]) {
      const html = await textOf(tim.get(path))
      expect(html).toContain('>x</a>')
      expect(html).not.toContain('>xy</a>')
      expect(html).not.toContain('New group')
    }
  })

  it('is not for those who lack a scope for it', async () => {
    const { signedIn } = await openGroups()
    const eve = await signedIn('eve')
    expect(await textOf(eve.get(PATH))).toContain('list:groups')
    for (const path of [PATH, `${PATH}?name=x`, `${PATH}/x`]) {
      expect([403, 404]).toContain((await eve.get(path)).status)
      expect((await (await signedIn('ada')).get(path)).status).toBe(403)
    }
  })
})

describe('a new group', () => {
  it('is made with members, and shown', async () => {
    const { hub, root } = await openGroups()
    await makeUser(hub, 'bob')
    const answer = await send(root, PATH, { name: ' a/b ', users: 'ada,\r\nBOB' })
    expect(answer.status).toBe(303)
    const location = answer.headers.get('location') ?? ''
    expect(location).toBe('/hub/admin/groups/a%2Fb?done=group-created')
    expect(await textOf(root.get(location))).toContain('The group is created.')
    expect(await membersOf(hub, 'a/b')).toEqual(['ada', 'bob'])
  })

  it.each([
    ['', 400, 'Give the group a name.'],
    ['..', 400, 'A group cannot have the name .. here.'],
    ['x', 409, 'Group x already exists'],
    ['y'.repeat(256), 400, 'Invalid group name'],
  ])('has no name like %j', async (name, status, message) => {
    const { hub, root } = await openGroups()
    const answer = await send(root, PATH, { name, users: SNEAKY })
    expect(answer.status).toBe(status)
    const html = await answer.text()
    expect(html).toContain(message)
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;</textarea>')
    expect(await findGroup(hub, '..')).toBeUndefined()
  })

  it('is refused with a member whom nobody knows, with the form as it was', async () => {
    const { hub, root } = await openGroups()
    const answer = await send(root, PATH, { name: 'new', users: 'ada nobody' })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('No such user: nobody')
    expect(html).toContain('value="new"')
    expect(html).toContain('>ada nobody</textarea>')
    expect(await findGroup(hub, 'new')).toBeUndefined()
  })
})

describe('a group', () => {
  test.each(['x/y', 'a b', 'ünï', '100%', 'a%2Fb', 'q?a=1#b', '../up', "it's (1)!*", SNEAKY])(
    'of the name %j is shown and changed',
    async (name) => {
      const { hub, root } = await openGroups([name])
      const path = `${PATH}/${escapePath(name)}`
      const html = await textOf(root.get(path))
      expect(html).toContain('>ada</a>')
      expect(html).not.toContain('<img')
      expect((await send(root, `${path}/members/remove`, { user: 'ada' })).status).toBe(303)
      expect(await membersOf(hub, name)).toEqual([])
      expect((await send(root, `${path}/delete`, {})).status).toBe(303)
      expect(await findGroup(hub, name)).toBeUndefined()
    },
  )

  it('of thousands shows a part of its members, and finds others', async () => {
    const { hub, root } = await openGroups([])
    const names = Array.from({ length: 250 }, (_, i) => `u${String(i).padStart(3, '0')}`)
    for (const name of names) await makeUser(hub, name)
    await createGroups(hub, ['big'], names)
    const html = await textOf(root.get(`${PATH}/big?offset=200`))
    expect(html).toContain('Members (250)')
    expect(html).toContain('201 to 250 of 250 members')
    expect(html).not.toContain('>u199</a>')
    const found = await textOf(root.get(`${PATH}/big?find=U24`))
    expect(found).toContain('>u249</a>')
    expect(found).not.toContain('>u239</a>')
    const removed = await send(root, `${PATH}/big/members/remove`, {
      ...{ user: 'u249', offset: '0', find: 'U24' },
    })
    const location = removed.headers.get('location') ?? ''
    expect(location).toBe('/hub/admin/groups/big?find=U24&done=member-removed')
    expect(await textOf(root.get(location))).not.toContain('>u249</a>')
  })

  it('takes members, all that are named or none', async () => {
    const { hub, root } = await openGroups()
    await makeUser(hub, 'bob')
    const refused = await send(root, `${PATH}/x/members`, { users: 'bob; nobody' })
    expect(refused.status).toBe(400)
    const html = await refused.text()
    expect(html).toContain('Nobody was added. No such user: nobody')
    expect(html).toContain('>bob; nobody</textarea>')
    expect(await membersOf(hub, 'x')).toEqual(['ada'])
    expect((await send(root, `${PATH}/x/members`, { users: ' ,\n' })).status).toBe(400)
    const added = await send(root, `${PATH}/x/members`, { users: 'Bob\nada' })
    expect(added.headers.get('location')).toBe('/hub/admin/groups/x?done=members-added')
    expect(await membersOf(hub, 'x')).toEqual(['ada', 'bob'])
  })

  it('takes properties that are a JSON object', async () => {
    const { hub, root } = await openGroups()
    const path = `${PATH}/x/properties`
    expect((await send(root, path, { properties: '{"a": [1, "<b>"]}' })).status).toBe(303)
    expect((await findGroup(hub, 'x'))?.properties).toEqual({ a: [1, '<b>'] })
    expect(await textOf(root.get(`${PATH}/x`))).toContain('&lt;b&gt;')
  })

  it.each([
    ['{"a": 1,}', 'This is not JSON: '],
    ['', 'This is not JSON: '],
    ['[1]', 'Properties must be a JSON object'],
    ['null', 'Properties must be a JSON object'],
    ['"</textarea>"', 'Properties must be a JSON object'],
  ])('takes no properties %j, and keeps what was typed', async (properties, message) => {
    const { hub, root } = await openGroups()
    const answer = await send(root, `${PATH}/x/properties`, { properties })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain(message)
    expect(html).toContain('aria-invalid="true"')
    expect(html.match(/<\/textarea>/g)).toHaveLength(2)
    expect((await findGroup(hub, 'x'))?.properties).toEqual({})
  })

  it('is changed by those who may change it, and no other one', async () => {
    const { hub, signedIn } = await openGroups(['x', 'y'])
    const tom = await signedIn('tom')
    const html = await textOf(tom.get(`${PATH}/x`))
    expect(html).toContain('Add members')
    expect(html).not.toContain('Delete group')
    expect((await tom.get(`${PATH}/y`)).status).toBe(404)
    const removed = await send(tom, `${PATH}/x/members/remove`, { user: 'ada' })
    expect(removed.status).toBe(303)
    const elsewhere = [
      ['y/members/remove', { user: 'ada' }],
      ['y/members', { users: 'ada' }],
      ['y/properties', { properties: '{"a":1}' }],
      ['x/delete', {}],
      ['y/delete', {}],
    ] as const
    for (const [path, fields] of elsewhere) {
      expect([403, 404]).toContain((await send(tom, `${PATH}/${path}`, fields)).status)
    }
    expect(await membersOf(hub, 'y')).toEqual(['ada'])
    expect((await findGroup(hub, 'y'))?.properties).toEqual({})
    expect(await findGroup(hub, 'x')).toBeDefined()
  })

  it('shows its name alone to those who may see no more', async () => {
    const { signedIn } = await openGroups()
    const html = await textOf((await signedIn('tim')).get(`${PATH}/x`))
    expect(html).toContain('read:groups')
    expect(html).not.toContain('>ada<')
    expect(html).not.toContain('<textarea')
  })

  it('is not there when it is not there', async () => {
    const { root } = await openGroups()
    expect((await root.get(`${PATH}/none`)).status).toBe(404)
    expect((await send(root, `${PATH}/none/members`, { users: 'ada' })).status).toBe(404)
  })

  it.each(['', '/x/members', '/x/members/remove', '/x/properties', '/x/delete'])(
    'is not changed by a form to %j without the XSRF value',
    async (path) => {
      const { hub, root } = await openGroups()
      const fields = { name: 'y', users: 'root', user: 'ada', properties: '{"a":1}' }
      expect((await root.post(PATH + path, fields)).status).toBe(403)
      expect(await membersOf(hub, 'x')).toEqual(['ada'])
      expect((await findGroup(hub, 'x'))?.properties).toEqual({})
      expect(await findGroup(hub, 'y')).toBeUndefined()
    },
  )

  it('is not changed by looking', async () => {
    const { hub, root } = await openGroups()
    const events: StoreEvent[] = []
    const stop = hub.store.watch((event) => events.push(event))
    for (const path of ['', '?name=x', '/x', '/x?find=a']) await root.get(PATH + path)
    for (const path of ['/x/delete', '/x/members', '/x/properties']) {
      expect((await root.get(PATH + path)).status).toBe(405)
    }
    stop()
    expect(events).toEqual([])
  })
})
