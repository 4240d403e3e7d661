import { describe, expect, it } from 'vitest'
import { changeUser, createUsers, deleteUser, findUser } from '../../../src/hub/users/users.ts'
import { justBefore } from '../../support/just-before.ts'
import type { Rig } from '../harness.ts'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

/** A service that is no admin and holds these scopes. */
function clerkWith(...scopes: string[]) {
  return { load_roles: [{ name: 'clerk', scopes, services: ['announce'] }] }
}

async function isAdmin({ hub }: Rig, name: string): Promise<boolean | undefined> {
  return (await findUser(hub, name))?.admin
}

const NO_GRANT = 'Only admins can grant admin permissions'
const NO_CHANGE = 'Only admins can modify other admins'

describe('the admin flag (CVE-2024-41942; P24, P25)', () => {
  it('is not given by whoever holds admin:users, on any route', async () => {
    const rig = await openRig({ config: clerkWith('admin:users') })
    const { call } = rig
    for (const [method, path, body] of [
      ['PATCH', '/users/ada', { admin: true }],
      ['PATCH', '/users/ada', { name: 'lovelace', admin: true }],
      ['POST', '/users/dave', { admin: true }],
      ['POST', '/users', { usernames: ['dave', 'eve'], admin: true }],
    ] as const) {
      expectError(await call(method, path, SERVICE, body), 403, NO_GRANT)
    }
    expect(await isAdmin(rig, 'ada')).toBe(false)
    expect(await isAdmin(rig, 'lovelace')).toBeUndefined()
    expect(await isAdmin(rig, 'dave')).toBeUndefined()
  })

  it.each(['admin:users', 'admin:users!user=ada', 'admin:users!user', 'admin:users!group=staff'])(
    'is not given to oneself with %s',
    async (scope) => {
      const config = {
        load_groups: { staff: { users: ['ada'] } },
        load_roles: [{ name: 'own', scopes: [scope], users: ['ada'] }],
      }
      const rig = await openRig({ config })
      expectError(await rig.call('PATCH', '/users/ada', ADA, { admin: true }), 403, NO_GRANT)
      expect(await isAdmin(rig, 'ada')).toBe(false)
    },
  )

  it('is not given by an admin’s token that allows less than an admin may do', async () => {
    const rig = await openRig()
    for (const scopes of [['admin:users'], ['admin:users!user=ada', 'tokens', 'admin:servers']]) {
      const token = await rig.tokenOf('ops', scopes)
      expectError(await rig.call('PATCH', '/users/ada', token, { admin: true }), 403, NO_GRANT)
    }
    expect(await isAdmin(rig, 'ada')).toBe(false)
  })

  it('is not taken away by others than admins, nor are admins renamed or deleted', async () => {
    const rig = await openRig({ config: clerkWith('admin:users', 'delete:users') })
    for (const change of [{ admin: false }, { name: 'gone' }, { name: 'gone', admin: false }]) {
      expectError(await rig.call('PATCH', '/users/ops', SERVICE, change), 403, NO_CHANGE)
    }
    const message = 'Only admins can delete other admins'
    expectError(await rig.call('DELETE', '/users/OPS', SERVICE), 403, message)
    expect(await isAdmin(rig, 'ops')).toBe(true)
  })

  it('counts at the moment of the change', async () => {
    const rig = await openRig({ config: clerkWith('admin:users') })
    const promote = () => changeUser(rig.hub, 'ada', { admin: true })
    justBefore(rig.hub, promote)
    const change = await rig.call('PATCH', '/users/ada', SERVICE, { name: 'gone' })
    expectError(change, 403, NO_CHANGE)
    await changeUser(rig.hub, 'ada', { admin: false })
    justBefore(rig.hub, promote)
    const removal = await rig.call('DELETE', '/users/ada', SERVICE)
    expectError(removal, 403, 'Only admins can delete other admins')
    expect(await isAdmin(rig, 'ada')).toBe(true)
  })

  it('opens nothing any more once it is gone', async () => {
    const rig = await openRig()
    await rig.call('PATCH', '/users/ada', OPS, { admin: true })
    const { headers, xsrf } = await rig.browserOf('ada')
    const browser = { ...headers, 'x-xsrftoken': xsrf }
    const token = await rig.tokenOf('ada', ['admin:users'])
    for (const who of [ADA, browser, token]) {
      expect((await rig.call('GET', '/users', who)).status).toBe(200)
    }
    await rig.call('PATCH', '/users/ada', OPS, { admin: false })
    for (const who of [ADA, browser, token]) {
      expect((await rig.call('GET', '/users', who)).status).toBe(403)
      expect((await rig.call('PATCH', '/users/ada', who, { admin: true })).status).toBe(403)
    }
  })
})

describe('a filtered scope (GHSA-69wv-m5fw-2fhp; P23)', () => {
  it.each([
    ['POST', '/users', { usernames: ['dave'] }, 'admin:users'],
    ['POST', '/groups', { groups: ['new'] }, 'admin:groups'],
    ['GET', '/info', undefined, 'read:hub'],
    ['GET', '/proxy', undefined, 'proxy'],
  ])('does not open %s %s, where no resource is named', async (method, path, body, scope) => {
    const filters = ['!group=staff', '!user=ops', '!user=dave', '!group=new', '!server=ada/']
    const config = {
      load_groups: { staff: { users: ['ada', 'ops'] } },
      load_roles: [
        {
          name: 'clerk',
          scopes: filters.map((filter) => scope + filter),
          services: ['announce'],
        },
      ],
    }
    const { call, hub } = await openRig({ config })
    expectError(await call(method, path, SERVICE, body), 403, /^Action is not authorized/)
    expect(await findUser(hub, 'dave')).toBeUndefined()
  })

  it('names whole names, not parts of them', async () => {
    const config = { load_groups: { ad: {}, 'ada/': {}, ada: { users: ['grace'] } } }
    const { call, tokenOf, hub } = await openRig({ config })
    await createUsers(hub, ['ad', 'adam'], { admin: false })
    const token = await tokenOf('ops', ['read:users!user=ada', 'read:groups!group=ad'])
    for (const path of ['/users/ad', '/users/adam', '/groups/ada', '/groups/ada%2F']) {
      expect([path, (await call('GET', path, token)).status]).toEqual([path, 404])
    }
    expect((await call('GET', '/users/ada', token)).status).toBe(200)
  })

  it('for a user is not one for the group of that name, and the other way round', async () => {
    const { call, tokenOf } = await openRig({ config: { load_groups: { ada: {} } } })
    const byUser = await tokenOf('ops', ['read:groups!user=ada', 'read:users!user=ada'])
    expect((await call('GET', '/groups/ada', byUser)).status).toBe(404)
    const byGroup = await tokenOf('ops', ['read:groups!group=ada', 'read:users!group=ada'])
    expect((await call('GET', '/users/ada', byGroup)).status).toBe(404)
  })

  it('names a user who was renamed no longer', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users!user=ada'])
    expect((await call('PATCH', '/users/ada', token, { name: 'lovelace' })).status).toBe(200)
    expect((await call('GET', '/users/lovelace', token)).status).toBe(404)
    expect((await call('PATCH', '/users/lovelace', token, { name: 'ada' })).status).toBe(404)
  })
})

describe('a name that the configuration gives more (P24)', () => {
  const config = {
    admin_users: ['ops', 'root'],
    load_roles: [
      { name: 'clerk', scopes: ['admin:users', 'delete:users'], services: ['announce'] },
      { name: 'boss', scopes: ['admin:groups'], users: ['boss'] },
    ],
  }

  it.each([
    ['boss', /^Not renaming to boss: .*admin:groups/],
    ['BOSS', /^Not renaming to boss: .*admin:groups/],
    ['root', NO_GRANT],
    ['Root', NO_GRANT],
    ['grace', /^Not renaming to grace: the configuration has a token for that name/],
  ])('is given to nobody by renaming: %s', async (name, message) => {
    const { call, hub } = await openRig({ config })
    for (const gone of ['boss', 'root', 'grace']) await deleteUser(hub, gone)
    expectError(await call('PATCH', '/users/ada', SERVICE, { name }), 403, message)
    expect(await findUser(hub, 'ada')).toBeDefined()
    expect((await call('PATCH', '/users/ada', OPS, { name })).status).toBe(200)
  })

  it('is not taken by oneself', async () => {
    const own = { name: 'own', scopes: ['admin:users!user=ada'], users: ['ada'] }
    const { call, hub } = await openRig({
      config: { ...config, load_roles: [...config.load_roles, own] },
    })
    await deleteUser(hub, 'boss')
    expect((await call('PATCH', '/users/ada', ADA, { name: 'boss' })).status).toBe(403)
  })

  it('does not come with a token for who makes its user anew', async () => {
    const roles = [
      { name: 'clerk', scopes: ['admin:users', 'tokens'], services: ['announce'] },
      { name: 'boss', scopes: ['admin:groups'], users: ['boss'] },
    ]
    const { call, hub } = await openRig({ config: { load_roles: roles } })
    await deleteUser(hub, 'boss')
    expect((await call('POST', '/users/boss', SERVICE)).status).toBe(201)
    for (const body of [{}, { scopes: ['admin:groups'] }, { roles: ['boss'] }]) {
      const answer = await call('POST', '/users/boss/tokens', SERVICE, body)
      expectError(answer, 403, /^Not assigning requested scopes .*admin:groups/)
    }
  })
})

describe('a group (P24, P25)', () => {
  const BOTH = ['groups', 'admin:groups', 'delete:groups']

  it('gives nobody a role that the one who adds them lacks, nor anew under its name', async () => {
    const config = {
      load_groups: { staff: {} },
      load_roles: [
        { name: 'staff-role', scopes: ['list:users'], groups: ['staff'] },
        { name: 'own', scopes: BOTH, users: ['ada'] },
      ],
    }
    const { call } = await openRig({ config })
    const body = { users: ['ada'] }
    const message = /^Not adding users to group staff: .*list:users/
    expectError(await call('POST', '/groups/staff/users', ADA, body), 403, message)
    expect((await call('DELETE', '/groups/staff', ADA)).status).toBe(204)
    expectError(await call('POST', '/groups/staff', ADA, body), 403, message)
    const many = { groups: ['other', 'staff'], users: ['ada'] }
    expectError(await call('POST', '/groups', ADA, many), 403, message)
    expect((await call('GET', '/groups/other', ADA)).status).toBe(404)
    expect((await call('GET', '/users', ADA)).status).toBe(403)
  })

  it('lets nobody into what is shared with it who may not go there themselves', async () => {
    const config = {
      load_groups: { class: { users: ['grace'] } },
      load_roles: [
        { name: 'sharer', scopes: ['shares!user', 'read:groups:name'], users: ['ada'] },
        { name: 'clerk', scopes: ['groups'], services: ['announce'] },
      ],
    }
    const { call, hub } = await openRig({ config })
    await createUsers(hub, ['eve'], { admin: false })
    const shared = await call('POST', '/shares/ada/', ADA, { group: 'class' })
    expect(shared.status).toBe(200)
    const add = (who: string) => call('POST', '/groups/class/users', who, { users: ['eve'] })
    const message = /^Not adding users to group class: .*access:servers!server=ada\/,/
    expectError(await add(SERVICE), 403, message)
    expect((await add(OPS)).status).toBe(200)
  })

  it('brings no admin into the reach of those whose scopes name it', async () => {
    const config = {
      load_groups: { class: { users: ['ada'] }, free: {} },
      load_roles: [
        {
          name: 'teacher',
          scopes: ['groups', 'list:users!group=class', 'access:servers!group=class'],
          users: ['grace'],
        },
        { name: 'clerk', scopes: ['groups'], services: ['announce'] },
      ],
    }
    const { call, hub, tokenOf } = await openRig({ config })
    await createUsers(hub, ['eve'], { admin: false })
    const narrow = await tokenOf('ops', ['groups!group=class', 'servers!group=class'])
    for (const who of [GRACE, SERVICE, narrow]) {
      const answer = await call('POST', '/groups/class/users', who, { users: ['eve', 'OPS'] })
      expectError(answer, 403, /^Not adding ops, an admin, to group class: .*!user=ops/)
      const { body } = await call('GET', '/groups/class', OPS)
      expect(body.users).toEqual(['ada'])
    }
    expect((await call('POST', '/groups/free/users', SERVICE, { users: ['ops'] })).status).toBe(200)
    const students = await call('POST', '/groups/class/users', GRACE, { users: ['eve'] })
    expect(students.body.users).toEqual(['ada', 'eve'])
    expect((await call('POST', '/groups/class/users', OPS, { users: ['ops'] })).status).toBe(200)
  })

  it('lends what it allows no longer than somebody is in it', async () => {
    const config = {
      load_groups: { staff: { users: ['ada'] } },
      load_roles: [{ name: 'staff-role', scopes: ['list:users'], groups: ['staff'] }],
    }
    const { call, tokenOf } = await openRig({ config })
    const token = await tokenOf('ada', ['list:users'])
    expect((await call('GET', '/users', token)).status).toBe(200)
    await call('DELETE', '/groups/staff/users', OPS, { users: ['ada'] })
    expect((await call('GET', '/users', token)).status).toBe(403)
    await call('POST', '/groups/staff/users', OPS, { users: ['ada'] })
    await call('DELETE', '/groups/staff', OPS)
    await call('POST', '/groups/staff', OPS)
    expect((await call('GET', '/users', token)).status).toBe(403)
  })
})

describe('somebody who was deleted and made again (P27)', () => {
  it('is not let in with the old credentials', async () => {
    const { call, hub, tokenOf, browserOf } = await openRig()
    await createUsers(hub, ['dave'], { admin: false })
    const token = await tokenOf('dave', ['inherit'])
    const { headers, xsrf } = await browserOf('dave')
    const browser = { ...headers, 'x-xsrftoken': xsrf }
    for (const who of [token, browser]) expect((await call('GET', '/user', who)).status).toBe(200)
    expect((await call('DELETE', '/users/dave')).status).toBe(204)
    expect((await call('POST', '/users/dave')).status).toBe(201)
    for (const who of [token, browser]) expect((await call('GET', '/user', who)).status).toBe(403)
  })

  it('inherits no groups, admin flag, servers, activity or shares', async () => {
    const config = {
      load_groups: { staff: { users: ['dave'] } },
      load_roles: [{ name: 'sharer', scopes: ['shares!user', 'read:users:name'], users: ['ada'] }],
    }
    const { call } = await openRig({ config })
    await call('PATCH', '/users/dave', OPS, { admin: true })
    await call('PUT', '/users/dave/servers/lab', OPS, {})
    await call('POST', '/users/dave/activity', OPS, { last_activity: '2026-11-20' })
    expect((await call('POST', '/shares/ada/', ADA, { user: 'dave' })).status).toBe(200)
    await call('DELETE', '/users/dave', OPS)
    await call('POST', '/users/dave', OPS)
    const { body } = await call('GET', '/users/dave?include_stopped_servers', OPS)
    expect(body).toMatchObject({ admin: false, groups: [], last_activity: null, roles: ['user'] })
    expect(Object.keys(body.servers)).toEqual([''])
    expect((await call('GET', '/users/dave/shared', OPS)).body.items).toEqual([])
    expect((await call('GET', '/shares/ada', OPS)).body.items).toEqual([])
  })

  it('lends nothing of their old servers to those with whom they were shared', async () => {
    const config = {
      load_roles: [{ name: 'sharer', scopes: ['shares!user', 'read:users:name'], users: ['dave'] }],
    }
    const { call, tokenOf } = await openRig({ config })
    const dave = await tokenOf('dave', ['inherit'])
    expect((await call('POST', '/shares/dave/', dave, { user: 'grace' })).status).toBe(200)
    const scopesOf = async () => (await call('GET', '/user', GRACE)).body.scopes
    expect(await scopesOf()).toContain('access:servers!server=dave/')
    await call('DELETE', '/users/dave', OPS)
    await call('POST', '/users/dave', OPS)
    expect(await scopesOf()).not.toContain('access:servers!server=dave/')
  })
})

describe('a name in other spellings (P27)', () => {
  it.each(['ADA', 'Ada', '%41da', '%61%64%61'])('%s is ada, to everybody', async (spelling) => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['read:users!user=ada', 'admin:users!user=ada'])
    expect((await call('GET', `/users/${spelling}`, token)).body.name).toBe('ada')
    expectError(await call('POST', `/users/${spelling}`, token), 409, 'User ada already exists')
  })

  it('is one user in every form of Unicode', async () => {
    const { call } = await openRig()
    expect((await call('POST', `/users/${encodeURIComponent('jose\u0301')}`)).status).toBe(201)
    const composed = await call('POST', `/users/${encodeURIComponent('JOS\u00c9')}`)
    expectError(composed, 409, 'User jos\u00e9 already exists')
    // The sign for kelvin is another character than K, and is written like it.
    await call('POST', '/users/kim')
    expect((await call('POST', `/users/${encodeURIComponent('\u212aim')}`)).status).toBe(409)
  })

  it.each([
    ...['grace%2F..%2Fada', 'ada%2Ftokens', 'ada%00', 'ada%20', '%20ada', 'ada%252F', 'ada;x'],
    ...['%2561da', 'ada%0A', 'ada!user=grace', 'ada%E2%80%8B', '%2e%2e/grace', 'ada/%2e%2e'],
  ])('%s is nobody that a token for ada opens', async (spelling) => {
    const { call } = await openRig()
    const answer = await call('GET', `/users/${spelling}`, ADA)
    expect([403, 404]).toContain(answer.status)
    expect(answer.text).not.toContain('"kind"')
  })

  it.each(['ada%00', 'ada%2Fx', 'ada%E2%80%8B', '%20ada', 'ada%5C', 'a%25b'])(
    'makes nobody like %s',
    async (spelling) => {
      const { call } = await openRig()
      expectError(await call('POST', `/users/${spelling}`), 400, /^Invalid username: /)
    },
  )
})

describe('a body that names others (P23)', () => {
  it('changes only whom the path names', async () => {
    const { call, tokenOf, hub } = await openRig({ config: { load_groups: { x: {}, y: {} } } })
    const token = await tokenOf('ops', [
      ...['admin:users!user=ada', 'admin:users!user=new', 'users:activity!user=ada'],
      ...['groups!group=x', 'tokens!user=ada'],
    ])
    await call('POST', '/users/new', token, { name: 'other', usernames: ['third'] })
    expect(await findUser(hub, 'new')).toBeUndefined()
    await call('POST', '/users/new', token, { name: 'other' })
    expect(await findUser(hub, 'other')).toBeUndefined()
    expect(await findUser(hub, 'new')).toBeDefined()
    await call('POST', '/groups/x/users', token, { name: 'y', users: ['grace'] })
    expect((await call('GET', '/groups/y')).body.users).toEqual([])
    const report = { servers: { '../grace/': { last_activity: '2026-11-22' } } }
    expect((await call('POST', '/users/ada/activity', token, report)).status).toBe(400)
    const wish = { user: 'grace', name: 'grace', owner: 'grace', scopes: [] }
    const made = await call('POST', '/users/ada/tokens', token, wish)
    expect([made.status, made.body.user ?? 'ada']).toEqual([made.status, 'ada'])
  })

  it('takes over nobody’s name', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users!user=ada'])
    for (const name of ['grace', 'GRACE', 'ops']) {
      expect((await call('PATCH', '/users/ada', token, { name })).status).toBeOneOf([400, 403])
    }
    expect((await call('GET', '/users/grace')).body.name).toBe('grace')
  })
})

describe('a token (P24)', () => {
  it.each<[object | undefined, string]>([
    [undefined, 'inherits all of its owner’s'],
    [{ scopes: ['inherit'] }, 'inherits'],
    [{ roles: ['token'] }, 'has the role that inherits'],
    [{ scopes: ['self'] }, 'stands for all that is the owner’s'],
    [{ scopes: ['read:users!user=ada'] }, 'reads'],
    [{ scopes: ['access:servers!user=ada'] }, 'opens servers'],
  ])('that only makes tokens makes none that does more: %j %s', async (body) => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['tokens!user=ada'])
    const answer = await call('POST', '/users/ada/tokens', token, body)
    expectError(answer, 403, /^Not assigning requested scopes .* not held by User ada$/)
    const same = await call('POST', '/users/ada/tokens', token, { scopes: ['tokens!user=ada'] })
    expect(same.status).toBe(201)
    const next = await call('POST', '/users/ada/tokens', same.body.token, body)
    expect(next.status).toBe(403)
  })

  it.each([
    [{ roles: ['admin'] }],
    [{ scopes: ['admin:users'] }],
    [{ scopes: ['read:users'] }],
    [{ scopes: ['read:users!user=grace'] }],
    [{ scopes: ['access:servers!server=grace/'] }],
    [{ scopes: ['users!group=staff'] }],
  ])('does not get more than its owner holds: %j', async (body) => {
    const config = { load_groups: { staff: { users: ['ada'] } } }
    const { call } = await openRig({ config })
    const answer = await call('POST', '/users/ada/tokens', ADA, body)
    expectError(answer, 400, /^Not assigning requested scopes /)
  })

  it('for an admin is made by admins only, and not by those who may make tokens for all', async () => {
    const { call } = await openRig({ config: clerkWith('tokens', 'admin:users') })
    for (const body of [{}, { scopes: [] }, { scopes: ['tokens'] }]) {
      const answer = await call('POST', '/users/ops/tokens', SERVICE, body)
      expectError(answer, 403, 'Service ops not found or no permissions to generate tokens')
    }
  })

  it('that was revoked makes no others', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, {})
    expect((await call('DELETE', `/users/ada/tokens/${body.id}`, ADA)).status).toBe(204)
    expect((await call('POST', '/users/ada/tokens', body.token, {})).status).toBe(403)
  })

  it('never allows what its owner lost, and again what they got back', async () => {
    const boss = { name: 'boss', scopes: ['list:users'], users: ['ada'] }
    const config = { api_tokens: { [OPS]: 'ops', [ADA]: 'ada' }, admin_users: ['ops'] }
    const { call, hub, tokenOf } = await openRig({ config: { load_roles: [boss] } })
    const token = await tokenOf('ada', ['list:users'])
    expect((await call('GET', '/users', token)).status).toBe(200)
    hub.reload(config)
    expect((await call('GET', '/users', token)).status).toBe(403)
    hub.reload({ ...config, load_roles: [boss] })
    expect((await call('GET', '/users', token)).status).toBe(200)
  })
})
