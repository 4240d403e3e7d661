import { describe, expect, it } from 'vitest'
import { findUser } from '../../../src/hub/users/users.ts'
import { ADA, expectError, GRACE, OPS, openRig } from '../harness.ts'

const NO_ACCESS = 'No access to resources or resources not found'

describe('GET /users/{name}', () => {
  it.each(['nobody', 'a%20b', '..%2Fada', '%2F', 'ada%2F', 'a'.repeat(300)])(
    'answers 404 without a text for %.20s, whom there is not',
    async (name) => {
      const { call } = await openRig()
      expectError(await call('GET', `/users/${name}`), 404, null)
    },
  )

  it('answers the same for users who exist and who do not, out of reach', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users/grace', ADA), 404, NO_ACCESS)
    expectError(await call('GET', '/users/nobody', ADA), 404, NO_ACCESS)
  })

  it('answers 404 when only a server filter is held', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('grace', ['read:servers!server=grace/gpu'])
    expectError(await call('GET', '/users/ada', token), 404, NO_ACCESS)
    expectError(await call('GET', '/users/ada', GRACE), 404, NO_ACCESS)
  })

  it('answers 404 for a member of another group than the filter names', async () => {
    const { call, tokenOf } = await openRig({ config: { load_groups: { a: {}, b: {} } } })
    const token = await tokenOf('ops', ['read:users!group=a'])
    expectError(await call('GET', '/users/ada', token), 404, NO_ACCESS)
    await call('POST', '/groups/b/users', OPS, { users: ['ada'] })
    expectError(await call('GET', '/users/ada', token), 404, NO_ACCESS)
    await call('POST', '/groups/a/users', OPS, { users: ['ada'] })
    expect((await call('GET', '/users/ada', token)).status).toBe(200)
  })
})

describe('POST /users/{name}', () => {
  it('answers 404 to a filter that names another or a group', async () => {
    const { call, tokenOf, hub } = await openRig({ config: { load_groups: { a: {} } } })
    for (const filter of ['user=other', 'group=a']) {
      const token = await tokenOf('ops', [`admin:users!${filter}`])
      expectError(await call('POST', '/users/new', token), 404, NO_ACCESS)
    }
    expect(await findUser(hub, 'new')).toBeUndefined()
  })
})

describe('PATCH /users/{name}', () => {
  it('answers 404 for a missing user, and out of reach', async () => {
    const { call, tokenOf, hub } = await openRig()
    expectError(await call('PATCH', '/users/nobody', OPS, {}), 404, null)
    const token = await tokenOf('ops', ['admin:users!user=grace'])
    expectError(await call('PATCH', '/users/ada', token, { name: 'x' }), 404, NO_ACCESS)
    expect(await findUser(hub, 'ada')).toBeDefined()
  })
})

describe('DELETE /users/{name}', () => {
  it('answers 404 for a missing user, and out of reach', async () => {
    const { call, tokenOf, hub } = await openRig()
    expectError(await call('DELETE', '/users/nobody'), 404, null)
    const token = await tokenOf('ops', ['delete:users!user=grace'])
    expectError(await call('DELETE', '/users/ada', token), 404, NO_ACCESS)
    expect(await findUser(hub, 'ada')).toBeDefined()
  })
})
