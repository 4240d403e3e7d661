import { describe, expect, it } from 'vitest'
import type { RouteInfo } from '../../src/api/deps.ts'
import { ADA, expectError, OPS, openRig } from './harness.ts'

describe('GET /', () => {
  it.each(['', '/'])('answers the version of the API to anybody at "%s"', async (path) => {
    const { call } = await openRig()
    const { status, body, headers } = await call('GET', path, null)
    expect(status).toBe(200)
    expect(body).toEqual({ version: '6.1.1' })
    expect(headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('GET /info', () => {
  it('answers versions and parts', async () => {
    const { call } = await openRig()
    expect((await call('GET', '/info')).body).toEqual({
      version: '6.1.1',
      python: '',
      sys_executable: process.execPath,
      spawner: { class: 'process', version: '0.1.0' },
      authenticator: { class: 'dummy', version: '0.1.0' },
      hubgate: { version: '0.1.0', node: process.version },
    })
  })

  it('answers 403 without read:hub', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/info', ADA), 403, /requires any of \[read:hub\]$/)
    expectError(await call('GET', '/info', null), 403, 'Missing or invalid credentials.')
  })
})

describe('/health', () => {
  it('answers GET and HEAD with an empty page to anybody', async () => {
    const { call } = await openRig()
    const { status, text, headers } = await call('GET', '/health', null)
    expect([status, text, headers.get('content-type')]).toEqual([200, '', 'text/html'])
    expect((await call('HEAD', '/health', null)).status).toBe(200)
  })
})

describe('GET /proxy', () => {
  const target = 'http://127.0.0.1:9'
  const fill = (routes: RouteInfo[]) =>
    routes.push(
      { routespec: '/user/b/', target, data: { user: 'b', server_name: '' } },
      { routespec: '/', target, data: { hub: true } },
      { routespec: '/user/a/', target, data: { user: 'a', server_name: '' } },
    )

  it('answers the routes by their prefix', async () => {
    const { call, routes } = await openRig()
    fill(routes)
    const { body } = await call('GET', '/proxy')
    expect(Object.keys(body)).toEqual(['/', '/user/a/', '/user/b/'])
    expect(body['/user/a/']).toEqual({
      routespec: '/user/a/',
      target,
      data: { user: 'a', server_name: '' },
    })
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

  it('answers 403 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/proxy', ADA), 403, /\[proxy\]/)
  })
})
