import { describe, expect, it } from 'vitest'
import { ADA, GRACE, OPS } from '../harness.ts'
import { adasServer, ENVELOPE_TYPE, openShareRig } from '../shares/support.ts'

describe('GET /users/{name}/shared', () => {
  it('lists what is shared with the user and with the user’s groups, in one order', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    await call('POST', '/shares/ada/', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-b' })
    await call('POST', '/shares/ada/gpu', ADA, { user: 'eve' })
    const { status, body } = await call('GET', '/users/grace/shared', GRACE)
    expect(status).toBe(200)
    expect(body.items).toMatchObject([
      { server: adasServer('gpu'), kind: 'group', group: { name: 'class-a' }, user: null },
      { server: adasServer(''), kind: 'user', group: null, user: { name: 'grace' } },
      { server: adasServer('gpu'), kind: 'user', group: null, user: { name: 'grace' } },
    ])
    expect(body._pagination).toEqual({ offset: 0, limit: 200, total: 3, next: null })
    const page = await call('GET', '/users/Grace/shared?offset=1&limit=1', GRACE)
    expect(page.body).toMatchObject({
      items: [{ server: { name: '' } }],
      _pagination: { total: 3, next: { offset: 2 } },
    })
  })

  it('is empty where nothing is shared, and has the limits of both media types', async () => {
    const { call } = await openShareRig()
    const headers = { authorization: `token ${GRACE}`, accept: ENVELOPE_TYPE }
    const { body } = await call('GET', '/users/grace/shared', headers)
    expect(body).toEqual({
      items: [],
      _pagination: { offset: 0, limit: 50, total: 0, next: null },
    })
  })

  it('follows memberships', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-b' })
    const count = async () => (await call('GET', '/users/grace/shared')).body.items.length
    expect(await count()).toBe(0)
    await call('POST', '/groups/class-b/users', OPS, { users: ['grace'] })
    expect(await count()).toBe(1)
    await call('DELETE', '/groups/class-b/users', OPS, { users: ['grace'] })
    expect(await count()).toBe(0)
  })
})

describe('GET /groups/{group}/shared', () => {
  it('lists what is shared with the group, not with its members', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    await call('POST', '/shares/ada/', ADA, { user: 'grace' })
    const { status, body } = await call('GET', '/groups/class-a/shared')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      items: [{ server: adasServer('gpu'), group: { name: 'class-a' } }],
      _pagination: { total: 1 },
    })
    expect((await call('GET', '/groups/class-b/shared')).body.items).toEqual([])
  })
})

describe('GET /users/{name}/shared/{owner}/{server} and the same of a group', () => {
  it.each(['gpu', ''])('answer the share of server %j', async (server) => {
    const { call } = await openShareRig()
    await call('POST', `/shares/ada/${server}`, ADA, { user: 'grace' })
    await call('POST', `/shares/ada/${server}`, ADA, { group: 'class-a' })
    const scopes = [`access:servers!server=ada/${server}`]
    const users = await call('GET', `/users/grace/shared/Ada/${server}`, GRACE)
    expect(users.status).toBe(200)
    expect(users.body).toMatchObject({ server: adasServer(server), scopes, kind: 'user' })
    const groups = await call('GET', `/groups/class-a/shared/ada/${server}`)
    expect(groups.status).toBe(200)
    expect(groups.body).toMatchObject({ server: adasServer(server), scopes, kind: 'group' })
  })

  it('answer the scope for just the user or the group', async () => {
    const { call, tokenOf } = await openShareRig()
    await call('POST', '/shares/ada/', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/', ADA, { group: 'class-a' })
    const scopes = ['read:users:shares!group=class-a', 'read:groups:shares!group=class-a']
    const token = await tokenOf('ops', scopes)
    expect((await call('GET', '/users/grace/shared/ada/', token)).status).toBe(200)
    expect((await call('GET', '/users/grace/shared', token)).status).toBe(200)
    expect((await call('GET', '/groups/class-a/shared/ada/', token)).status).toBe(200)
    expect((await call('GET', '/groups/class-a/shared', token)).status).toBe(200)
  })
})
