import { describe, expect, test } from 'vitest'
import { createGroups, findGroup, membersOf } from '../../src/hub/groups/groups.ts'
import { addToGroup } from '../../src/hub/groups/memberships.ts'
import { principalOfToken } from '../../src/hub/identity/identity.ts'
import { provision } from '../../src/hub/provision.ts'
import { changeUser, createUsers, findUser } from '../../src/hub/users/users.ts'
import type { ConfigInput, TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'

const SECRET = 'a-secret-of-the-config-map'

const CONFIG: ConfigInput = {
  api_tokens: { [SECRET]: 'Ops', [`${SECRET}2`]: 'cull' },
  services: [{ name: 'cull' }],
  admin_users: ['Root', 'ops'],
  allowed_users: ['ada'],
  load_groups: { class: { users: ['Bob', 'ada'], properties: { room: 7 } }, empty: {} },
  load_roles: [
    { name: 'grader', scopes: [], users: ['cyd'], groups: ['staff'], services: ['cull'] },
  ],
}

async function admins(hub: TestHub, names: string[]): Promise<(boolean | undefined)[]> {
  return Promise.all(names.map(async (name) => (await findUser(hub, name))?.admin))
}

describe('provision', () => {
  test('makes the users, groups and memberships that the configuration names', async () => {
    const hub = await openTestHub({ config: CONFIG })
    await provision(hub)
    const names = ['root', 'ops', 'ada', 'bob', 'cyd', 'cull']
    expect(await admins(hub, names)).toEqual([true, true, false, false, false, undefined])
    expect(await membersOf(hub, 'class')).toEqual(['ada', 'bob'])
    expect(await findGroup(hub, 'class')).toMatchObject({ properties: { room: 7 } })
    expect(await findGroup(hub, 'empty')).toMatchObject({ properties: {} })
    expect(await findGroup(hub, 'staff')).toBeDefined()
    expect(await principalOfToken(hub, SECRET)).toMatchObject({ name: 'ops', admin: true })
    expect(await principalOfToken(hub, `${SECRET}2`)).toMatchObject({
      kind: 'service',
      name: 'cull',
    })
  })

  test('writes nothing the second time', async () => {
    const hub = await openTestHub({ config: CONFIG })
    await provision(hub)
    const before = await hub.store.list([])
    await provision(hub)
    expect(await hub.store.list([])).toEqual(before)
  })

  test('makes nothing of an empty configuration', async () => {
    const hub = await openTestHub()
    await provision(hub)
    expect(await hub.store.count([])).toBe(0)
  })

  test('existing users become admins; nobody else stops being one, and nothing is deleted', async () => {
    const hub = await openTestHub({ config: { admin_users: ['ada'] } })
    await createUsers(hub, ['ada', 'bob'], { admin: false })
    await changeUser(hub, 'bob', { admin: true })
    await createGroups(hub, ['old'], ['bob'])
    await provision(hub)
    hub.reload({})
    await provision(hub)
    expect(await admins(hub, ['ada', 'bob'])).toEqual([true, true])
    expect(await membersOf(hub, 'old')).toEqual(['bob'])
  })

  test('sets members and properties exactly', async () => {
    const hub = await openTestHub({ config: CONFIG })
    await provision(hub)
    await addToGroup(hub, 'class', ['cyd'])
    hub.reload({ load_groups: { class: { users: ['eve', 'ada'] } } })
    await provision(hub)
    expect(await membersOf(hub, 'class')).toEqual(['ada', 'eve'])
    expect(await findGroup(hub, 'class')).toMatchObject({ properties: {} })
    expect((await findUser(hub, 'cyd'))?.groups).toEqual([])
  })

  test('on two replicas at once', async () => {
    const hub = await openTestHub({ config: CONFIG })
    const other = await hub.another()
    await Promise.all([provision(hub), provision(other), provision(hub), provision(other)])
    expect(await membersOf(hub, 'class')).toEqual(['ada', 'bob'])
    expect(await admins(other, ['root', 'ops', 'ada'])).toEqual([true, true, false])
  })

  test('a name that nobody can have is an error that tells it', async () => {
    const hub = await openTestHub({ config: { allowed_users: ['a/b'] } })
    await expect(provision(hub)).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage: 'Invalid username: a/b',
    })
  })
})
