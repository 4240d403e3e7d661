import { describe, expect, test } from 'vitest'
import {
  createGroups,
  deleteGroup,
  findGroup,
  isValidGroupName,
  listGroups,
  membersOf,
  setGroupProperties,
} from '../../../src/hub/groups/groups.ts'
import { addToGroup, removeFromGroup, setMembers } from '../../../src/hub/groups/memberships.ts'
import { keys } from '../../../src/hub/keys.ts'
import { createUsers, findUser } from '../../../src/hub/users/users.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'

async function withUsers(...names: string[]): Promise<TestHub> {
  const hub = await openTestHub()
  await createUsers(hub, names, { admin: false })
  return hub
}

const groupsOf = async (hub: TestHub, user: string) => (await findUser(hub, user))?.groups

describe('createGroups', () => {
  test('makes groups, each with all of the users', async () => {
    const hub = await withUsers('ada', 'bob')
    const groups = await createGroups(hub, ['zebra', 'Ant farm'], ['Bob', 'ada', 'bob'])
    expect(groups).toEqual([
      {
        id: expect.stringMatching(/^\d{16}$/),
        name: 'zebra',
        properties: {},
        created: hub.clock.now(),
      },
      {
        id: expect.stringMatching(/^\d{16}$/),
        name: 'Ant farm',
        properties: {},
        created: hub.clock.now(),
      },
    ])
    expect(await findGroup(hub, 'zebra')).toEqual(groups[0])
    expect(await membersOf(hub, 'zebra')).toEqual(['ada', 'bob'])
    expect(await membersOf(hub, 'Ant farm')).toEqual(['ada', 'bob'])
    expect(await groupsOf(hub, 'bob')).toEqual(['Ant farm', 'zebra'])
  })

  test.each([
    [['new', 'class'], ['ada'], 'conflict', 'Group class already exists'],
    [['new', 'new'], [], 'conflict', 'Group new already exists'],
    [['new'], ['ada', 'eve'], 'bad_request', 'No such user: eve'],
    [['new'], ['a/b'], 'bad_request', 'No such user: a/b'],
    [['new', ''], [], 'bad_request', 'Invalid group name: ""'],
    [['a\nb'], [], 'bad_request', 'Invalid group name: "a\\nb"'],
  ])('%j with %j makes none: %s', async (names, users, code, publicMessage) => {
    const hub = await withUsers('ada')
    await createGroups(hub, ['class'], [])
    await expect(createGroups(hub, names, users)).rejects.toMatchObject({ code, publicMessage })
    expect((await listGroups(hub, { offset: 0, limit: 9 })).items.map(({ name }) => name)).toEqual([
      'class',
    ])
    expect(await groupsOf(hub, 'ada')).toEqual([])
  })
})

describe('listGroups', () => {
  test('answers pages in the order of making', async () => {
    const hub = await withUsers()
    await createGroups(hub, ['c', 'a', 'b'], [])
    const names = async (query: Parameters<typeof listGroups>[1]) => {
      const { items, total } = await listGroups(hub, query)
      return [items.map(({ name }) => name), total]
    }
    expect(await names({ offset: 0, limit: 9 })).toEqual([['c', 'a', 'b'], 3])
    expect(await names({ offset: 1, limit: 1 })).toEqual([['a'], 3])
    const only = ({ name }: { name: string }) => name !== 'a' || undefined
    expect(await names({ offset: 1, limit: 1, only })).toEqual([['b'], 2])
  })
})

describe('members', () => {
  test('come and go; who is or is not in it already is ignored', async () => {
    const hub = await withUsers('ada', 'bob', 'cyd')
    const [group] = await createGroups(hub, ['class'], ['bob'])
    expect(await addToGroup(hub, 'class', ['Cyd', 'bob', 'ada', 'ada'])).toEqual(group)
    expect(await membersOf(hub, 'class')).toEqual(['ada', 'bob', 'cyd'])
    expect(await groupsOf(hub, 'cyd')).toEqual(['class'])
    expect(await removeFromGroup(hub, 'class', ['BOB', 'cyd'])).toEqual(group)
    await removeFromGroup(hub, 'class', ['bob'])
    expect(await membersOf(hub, 'class')).toEqual(['ada'])
    expect(await groupsOf(hub, 'bob')).toEqual([])
  })

  test('are sorted by code point', async () => {
    const hub = await withUsers('éa', 'zoe', 'a-b', 'ab', '𝒜x'.normalize('NFC'))
    await createGroups(hub, ['class'], ['éa', 'zoe', 'a-b', 'ab', '𝒜x'])
    expect(await membersOf(hub, 'class')).toEqual(['a-b', 'ab', 'zoe', 'éa', '𝒜x'])
  })

  test('can be set exactly', async () => {
    const hub = await withUsers('ada', 'bob', 'cyd')
    await createGroups(hub, ['class', 'staff'], ['ada', 'bob'])
    await setMembers(hub, 'class', ['Cyd', 'bob'])
    expect(await membersOf(hub, 'class')).toEqual(['bob', 'cyd'])
    expect(await groupsOf(hub, 'ada')).toEqual(['staff'])
    expect(await membersOf(hub, 'staff')).toEqual(['ada', 'bob'])
  })

  test('change all together or not at all', async () => {
    const hub = await withUsers('ada', 'bob')
    await createGroups(hub, ['class'], ['bob'])
    for (const change of [addToGroup, removeFromGroup, setMembers]) {
      await expect(change(hub, 'class', ['ada', 'bob', 'eve'])).rejects.toMatchObject({
        code: 'bad_request',
        publicMessage: 'No such user: eve',
      })
    }
    expect(await membersOf(hub, 'class')).toEqual(['bob'])
    expect(await groupsOf(hub, 'ada')).toEqual([])
  })

  test('nothing is written when nothing changes', async () => {
    const hub = await withUsers('ada')
    await createGroups(hub, ['class'], ['ada'])
    await setGroupProperties(hub, 'class', { a: [1] })
    const before = await hub.store.list([])
    await addToGroup(hub, 'class', ['ada'])
    await setMembers(hub, 'class', ['ada'])
    await setGroupProperties(hub, 'class', { a: [1] })
    expect(await hub.store.list([])).toEqual(before)
  })
})

describe('deleteGroup', () => {
  test('takes its memberships along', async () => {
    const hub = await withUsers('ada', 'bob')
    await createGroups(hub, ['class', 'staff'], ['ada', 'bob'])
    await addToGroup(hub, 'class', ['ada'])
    await deleteGroup(hub, 'class')
    expect(await findGroup(hub, 'class')).toBeUndefined()
    expect(await groupsOf(hub, 'ada')).toEqual(['staff'])
    expect(await membersOf(hub, 'class')).toEqual([])
    const left = (await hub.store.list([])).map((entry) => JSON.stringify(entry))
    expect(left.filter((entry) => entry.includes('class'))).toEqual([])
  })
})

test('properties are replaced whole', async () => {
  const hub = await withUsers()
  await createGroups(hub, ['class'], [])
  await setGroupProperties(hub, 'class', { a: 1, b: { c: [null] } })
  const group = await setGroupProperties(hub, 'class', { d: 'x' })
  expect(group.properties).toEqual({ d: 'x' })
  expect(await findGroup(hub, 'class')).toEqual(group)
})

test.each(['nothing', '', '\u0000'])('there is no group %j', async (name) => {
  const hub = await withUsers('ada')
  const missing = { code: 'not_found', publicMessage: `No such group: ${name}` }
  expect(await findGroup(hub, name)).toBeUndefined()
  await expect(deleteGroup(hub, name)).rejects.toMatchObject(missing)
  await expect(addToGroup(hub, name, ['ada'])).rejects.toMatchObject(missing)
  await expect(removeFromGroup(hub, name, ['ada'])).rejects.toMatchObject(missing)
  await expect(setGroupProperties(hub, name, {})).rejects.toMatchObject(missing)
})

test.each([
  { name: 'eve', id: '1', properties: {}, created: 1 },
  { name: 'class', id: '1', properties: [], created: 1 },
])('a broken record is an error: %j', async (value) => {
  const hub = await withUsers()
  await hub.store.commit({ set: [{ key: keys.group('class'), value }] })
  await expect(findGroup(hub, 'class')).rejects.toMatchObject({ code: 'internal' })
})

test.each([
  ['formgrade-data301', true],
  ['Klasse 7b / Süd!', true],
  ['x'.repeat(255), true],
  ['x'.repeat(256), false],
  ['\ud800', false],
  ['a\u200bb', false],
])('isValidGroupName(%j) is %s', (name, valid) => {
  expect(isValidGroupName(name)).toBe(valid)
})
