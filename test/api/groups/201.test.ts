import { describe, expect, it } from 'vitest'
import { OPS, openRig } from '../harness.ts'

describe('POST /groups', () => {
  it('makes groups, each with all of the users', async () => {
    const { call } = await openRig()
    const body = { groups: ['x', 'y'], users: ['Ada', 'grace'] }
    const answer = await call('POST', '/groups', OPS, body)
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject([
      { name: 'x', users: ['ada', 'grace'] },
      { name: 'y', users: ['ada', 'grace'] },
    ])
    expect((await call('GET', '/users/ada')).body.groups).toEqual(['x', 'y'])
  })

  it('gives them no roles that the body names', async () => {
    const { call } = await openRig()
    const body = { groups: ['x'], name: 'y', roles: ['admin'] }
    expect((await call('POST', '/groups', OPS, body)).body).toEqual([
      { kind: 'group', name: 'x', users: [], properties: {}, roles: [] },
    ])
  })
})

describe('POST /groups/{group}', () => {
  it('makes one, without a body or with one', async () => {
    const { call } = await openRig()
    const made = await call('POST', '/groups/x', OPS, {
      users: ['ada', 'ADA'],
      name: 'ignored',
      roles: ['admin'],
    })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ name: 'x', users: ['ada'], roles: [] })
    const empty = await call('POST', '/groups/y')
    expect([empty.status, empty.body.users]).toEqual([201, []])
  })

  it('lets a filter name a group that does not exist yet', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:groups!group=new'])
    expect((await call('POST', '/groups/new', token)).status).toBe(201)
  })

  it('tells names apart that differ in case', async () => {
    const { call } = await openRig()
    expect((await call('POST', '/groups/x')).status).toBe(201)
    expect((await call('POST', '/groups/X')).status).toBe(201)
  })
})
