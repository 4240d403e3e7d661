import { describe, expect, it } from 'vitest'
import type { RouteInfo } from '../../../src/api/deps.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { OPS, openRig } from '../harness.ts'

const target = 'http://127.0.0.1:9'

const fill = (routes: RouteInfo[]) =>
  routes.push(
    { routespec: '/user/b/', target, data: { user: 'b', server_name: '' } },
    { routespec: '/', target, data: { hub: true } },
    { routespec: '/user/a/', target, data: { user: 'a', server_name: '' } },
  )

describe('GET /proxy', () => {
  it('answers the routes by their prefix', async () => {
    const { call, routes } = await openRig()
    fill(routes)
    const { body } = await call('GET', '/proxy')
    expect(Object.keys(body)).toEqual(['/', '/user/a/', '/user/b/'])
    expect(body['/user/a/']).toEqual({
      routespec: '/user/a/',
      target,
      data: { user: 'a', server_name: '', last_activity: null },
    })
  })

  it('says when each was used, the hub itself just now', async () => {
    const { call, routes, hub, activity } = await openRig()
    const { id = '' } = (await findUser(hub, 'ada')) ?? {}
    const data = { user: 'ada', server_name: 'gpu' }
    routes.push(
      { routespec: '/', target, data: { hub: true } },
      { routespec: '/user/ada/gpu/', target, data, server: [id, 'gpu'] },
      { routespec: '/user/ada/', target, data: { user: 'ada', server_name: '' }, server: [id, ''] },
    )
    activity.touchServer(id, 'gpu', Date.UTC(2026, 10, 22, 12))
    const { body } = await call('GET', '/proxy')
    const times = Object.values<{ data: { last_activity: string } }>(body).map(
      (route) => route.data.last_activity,
    )
    expect(times).toEqual(['2026-11-22T21:08:19.673Z', null, '2026-11-22T12:00:00.000Z'])
    expect(body['/'].data.hub).toBe(true)
    expect(Object.keys(body['/user/ada/'])).toEqual(['routespec', 'target', 'data'])
  })

  it('answers pages', async () => {
    const { call, routes } = await openRig()
    fill(routes)
    const accept = 'application/jupyterhub-pagination+json'
    const headers = { authorization: `token ${OPS}`, accept }
    const { body } = await call('GET', '/proxy?limit=2', headers)
    expect(Object.keys(body.items)).toEqual(['/', '/user/a/'])
    expect(body._pagination).toMatchObject({ total: 3, next: { offset: 2, limit: 2 } })
  })
})

describe('POST /proxy', () => {
  it('makes the table anew and answers nothing', async () => {
    let resyncs = 0
    const resync = async () => {
      resyncs += 1
    }
    const { call, tokenOf } = await openRig({ resync })
    const { status, text, headers } = await call('POST', '/proxy', await tokenOf('ops', ['proxy']))
    expect([status, text, headers.get('content-type')]).toEqual([200, '', 'application/json'])
    expect(resyncs).toBe(1)
    expect((await call('POST', '/proxy', OPS, 'no JSON')).status).toBe(200)
  })
})
