import { describe, expect, it } from 'vitest'
import { membersOf } from '../../../src/hub/groups/groups.ts'
import { expectError, OPS, openRig } from '../harness.ts'

const CLASSES = { load_groups: { 'class-a': { users: ['ada'] }, 'class-b': {} } }
const NO_ACCESS = 'No access to resources or resources not found'

describe('a group that there is not', () => {
  it.each([
    ['GET', '/groups/none', undefined],
    ['GET', '/groups/Class-A', undefined],
    ['DELETE', '/groups/none', undefined],
    ['POST', '/groups/none/users', { users: ['ada'] }],
    ['DELETE', '/groups/none/users', { users: ['ada'] }],
    ['PUT', '/groups/none/properties', {}],
  ])('%s %s answers 404 that names it', async (method, path, body) => {
    const { call } = await openRig({ config: CLASSES })
    const [, , name] = path.split('/')
    expectError(await call(method, path, OPS, body), 404, `No such group: ${name}`)
  })

  it.each(['a%00b', 'x'.repeat(300), '%20'])('is not found as %.20s', async (name) => {
    const { call } = await openRig()
    expectError(await call('GET', `/groups/${name}`), 404, /^No such group: /)
  })
})

describe('a group out of reach', () => {
  it.each([
    ['GET', '/groups/{}', 'read:groups', undefined],
    ['POST', '/groups/{}', 'admin:groups', undefined],
    ['DELETE', '/groups/{}', 'delete:groups', undefined],
    ['POST', '/groups/{}/users', 'groups', { users: ['ada'] }],
    ['DELETE', '/groups/{}/users', 'groups', { users: ['ada'] }],
    ['PUT', '/groups/{}/properties', 'groups', { a: 1 }],
  ])('%s %s answers the same whether or not there is one', async (method, path, scope, body) => {
    const { call, tokenOf, hub } = await openRig({ config: CLASSES })
    for (const filter of ['group=class-b', 'user=ada']) {
      const token = await tokenOf('ops', [`${scope}!${filter}`])
      for (const name of ['class-a', 'none', 'Class-B', 'class-b%20']) {
        const answer = await call(method, path.replace('{}', name), token, body)
        expectError(answer, 404, NO_ACCESS)
      }
    }
    expect(await membersOf(hub, 'class-a')).toEqual(['ada'])
    const { body: seen } = await call('GET', '/groups')
    expect(seen).toHaveLength(2)
    expect(seen[0].properties).toEqual({})
  })
})
