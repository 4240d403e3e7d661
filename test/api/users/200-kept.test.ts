import { expect, it } from 'vitest'
import { addToGroup } from '../../../src/hub/groups/memberships.ts'
import { changeUser, createUsers } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { ADA, OPS, openRig, SERVICE } from '../harness.ts'

// Models are kept as text: what one caller was shown must not be what another one sees.

it('shows each caller what their own scopes show, in whatever order they ask', async () => {
  const role = { name: 'names', scopes: ['list:users', 'read:users:name'], services: ['announce'] }
  const { call, tokenOf } = await openRig({ config: { load_roles: [role] } })
  const namesOnly = await tokenOf('ops', ['list:users', 'read:users:name'])
  const activityOnly = await tokenOf('ops', ['list:users', 'read:users:activity'])
  const filtered = await tokenOf('ops', ['list:users', 'read:users!user=ada', 'read:users:name'])
  const members = async (who: string, path = '/users') => {
    const { body } = await call('GET', path, who)
    const users: object[] = Array.isArray(body) ? body : [body]
    return users.map((user) => Object.keys(user).length)
  }
  const all = 12
  const expected: [string, number[]][] = [
    [OPS, [all, all, all]],
    [SERVICE, [4, 4, 4]],
    // A token shows its owner's name and groups, whatever its scopes are.
    [namesOnly, [5, 4, 4]],
    [filtered, [5, 10, 4]],
    [activityOnly, [6, 5, 5]],
  ]
  for (const round of [expected, expected.toReversed(), expected]) {
    for (const [who, counts] of round) {
      expect(await members(who)).toEqual(counts)
      expect(await members(who, '/users/ada')).toEqual([counts[1]])
    }
  }
  expect((await call('GET', '/users/ada', ADA)).body).not.toHaveProperty('auth_state')
})

it('shows a user as they are now, not as they were', async () => {
  const rig = await openRig({ config: { load_groups: { class: {} } } })
  const { call, hub, activity } = rig
  const ada = async () => {
    const { body: me } = await call('GET', '/user', ADA)
    const { body: list } = await call('GET', '/users?name_filter=ada')
    const { body: one } = await call('GET', '/users/ada')
    const { token_id, session_id, scopes, ...own } = me
    expect(list).toEqual([one])
    expect(one).toMatchObject({ ...own, auth_state: null })
    return one
  }
  const before = await ada()
  expect(before).toMatchObject({ admin: false, groups: [], server: null, servers: {} })
  const user = await changeUser(hub, 'ada', { admin: true })
  expect(await ada()).toMatchObject({ admin: true, roles: ['user', 'admin'] })
  await addToGroup(hub, 'class', ['ada'])
  expect(await ada()).toMatchObject({ groups: ['class'] })
  await putServer(hub, user, '', { wanted: 'running', phase: 'ready' })
  expect(await ada()).toMatchObject({ server: '/user/ada/', servers: { '': { ready: true } } })
  await putServer(hub, user, '', { wanted: 'stopped', phase: 'stopped' })
  expect(await ada()).toMatchObject({ server: null, servers: {} })
  hub.clock.advance(60_000)
  activity.touchUser(user.id)
  expect(await ada()).toMatchObject({ last_activity: '2026-11-22T21:09:19.673Z' })
  await activity.flush()
  expect(await ada()).toMatchObject({ last_activity: '2026-11-22T21:09:19.673Z' })
})

it('shows the roles that the configuration in force gives', async () => {
  const config = { admin_users: ['ops'], api_tokens: { [OPS]: 'ops', [ADA]: 'ada' } }
  const { call, hub } = await openRig({ config })
  const role = { name: 'grader', scopes: ['read:users'], users: ['grace', 'Ada'] }
  for (const [load_roles, roles] of [
    [[], ['user']],
    [[role], ['user', 'grader']],
    [
      [{ name: 'admin', users: ['ada'] }, role],
      ['user', 'admin', 'grader'],
    ],
    [[], ['user']],
  ] as const) {
    hub.reload({
      ...config,
      load_roles: load_roles.map((one) => ({ ...one, users: [...one.users] })) as [],
    })
    const { body } = await call('GET', '/users/ada')
    expect(body).toMatchObject({ roles, admin: roles.includes('admin' as never) })
    expect((await call('GET', '/users')).body[1]).toEqual(body)
  }
})

it('lists several thousand, each once and in order, in an envelope as without one', async () => {
  const { call, hub } = await openRig({
    config: { api_page_max_limit: 5_000, api_page_default_limit: 4_000 },
  })
  const names = Array.from({ length: 2_000 }, (_, n) => `u${n}`)
  await createUsers(hub, names, { admin: false })
  const { body } = await call('GET', '/users?offset=3')
  expect(body.map(({ name }: { name: string }) => name)).toEqual(names)
  const accept = 'application/jupyterhub-pagination+json'
  const headers = { authorization: `token ${OPS}`, accept }
  const { body: page } = await call('GET', '/users?offset=3', headers)
  expect(page).toEqual({
    items: body,
    _pagination: { offset: 3, limit: 4_000, total: 2_003, next: null },
  })
})

it('has as many on a page as the configuration says', async () => {
  const { call } = await openRig({ config: { api_page_max_limit: 2, api_page_default_limit: 1 } })
  const accept = 'application/jupyterhub-pagination+json'
  const headers = { authorization: `token ${OPS}`, accept }
  for (const [query, without, within] of [
    ['', 2, 1],
    ['?limit=1', 1, 1],
    ['?limit=3', 2, 2],
  ] as const) {
    expect((await call('GET', `/users${query}`)).body).toHaveLength(without)
    expect((await call('GET', `/users${query}`, headers)).body.items).toHaveLength(within)
  }
})
