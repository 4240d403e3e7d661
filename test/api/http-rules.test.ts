import { describe, expect, it } from 'vitest'
import { ROUTES } from '../../src/api/routes.ts'
import { ADA, expectError, OPS, openRig } from './harness.ts'

const HEADERS = {
  'x-jupyterhub-version': '6.1.1',
  'access-control-allow-headers': 'accept, content-type, authorization',
  'content-security-policy': "frame-ancestors 'none'; default-src 'none'",
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

describe('every answer', () => {
  it.each([
    ['GET', '/users', 200],
    ['GET', '/users/nobody', 404],
    ['GET', '/nothing', 404],
    ['PUT', '/users', 405],
    ['OPTIONS', '/users', 200],
    ['GET', '/health', 200],
    ['DELETE', '/users/grace', 204],
  ])('of %s %s has the common headers', async (method, path, status) => {
    const { call } = await openRig()
    const answer = await call(method, path)
    expect(answer.status).toBe(status)
    expect(Object.fromEntries(answer.headers)).toMatchObject(HEADERS)
  })

  it('allows other origins nothing but to read the version', async () => {
    const { call } = await openRig()
    const { headers } = await call('GET', '/users')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('methods and paths', () => {
  it('answers 405 without a text for methods that a path has not', async () => {
    const { call } = await openRig()
    for (const [method, path] of [
      ['HEAD', '/users'],
      ['PUT', '/users/ada/server'],
      ['PATCH', '/users/ada/servers/gpu'],
      ['DELETE', '/users'],
      ['GET', '/users/ada/activity'],
      ['POST', '/info'],
    ] as const) {
      const answer = await call(method, path)
      expect([method, path, answer.status]).toEqual([method, path, 405])
    }
    expectError(await call('PUT', '/users'), 405, null)
  })

  it('answers OPTIONS with nothing to anybody', async () => {
    const { call } = await openRig()
    for (const { path } of ROUTES) {
      const { status, text } = await call('OPTIONS', path.replaceAll(/[{}]/g, ''), null)
      expect([path, status, text]).toEqual([path, 200, ''])
    }
  })

  it.each([
    '/nothing',
    '/users/',
    '/groups/',
    '/users/ada/servers',
    '/users/ada/nothing',
    '/users//tokens',
    '/USERS',
  ])('answers 404 without a text at %s to anybody', async (path) => {
    const { call } = await openRig()
    expectError(await call('GET', path, null), 404, null)
  })

  it.each(['/users/%ff', '/groups/%C3%28'])(
    'answers 400 at %s, which is not UTF-8',
    async (path) => {
      const { call } = await openRig()
      expectError(await call('GET', path), 400, 'The request path is not valid.')
    },
  )

  it('decodes a name once', async () => {
    const { call } = await openRig()
    await call('POST', '/groups/a%2541')
    expect((await call('GET', '/groups/a%2541')).body.name).toBe('a%41')
    expectError(await call('GET', '/groups/aA'), 404, 'No such group: aA')
  })
})

describe('the table of routes', () => {
  it('declares for every route who may ask', () => {
    for (const { method, path, policy } of ROUTES) {
      const open = ['open', 'identified'].includes(policy.kind)
      const scopes = 'scopes' in policy ? policy.scopes.length : 0
      expect([method, path, open || scopes > 0]).toEqual([method, path, true])
    }
  })

  it('lets nobody in without a credential but where it says so', async () => {
    const { call } = await openRig()
    for (const { method, path, policy } of ROUTES) {
      if (policy.kind === 'open') continue
      const answer = await call(method, path.replaceAll(/[{}]/g, ''), null)
      expect([method, path, answer.status]).toEqual([method, path, 403])
    }
  })

  it('lets nobody in with a token that allows nothing', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', [])
    for (const { method, path, policy } of ROUTES) {
      if (policy.kind === 'open' || policy.kind === 'identified') continue
      const answer = await call(method, path.replaceAll(/[{}]/g, ''), token)
      expect([method, path, [403, 404].includes(answer.status)]).toEqual([method, path, true])
    }
  })
})

describe('failures of the hub', () => {
  it('says nothing of an unknown error', async () => {
    const { call, hub } = await openRig()
    hub.store.getMany = () => Promise.reject(new Error('secret detail'))
    const answer = await call('GET', '/users', OPS)
    expectError(answer, 500, 'Internal Server Error')
    expect(answer.text).not.toContain('secret')
  })

  it('answers 503 when the store is out of reach', async () => {
    const { call, hub } = await openRig()
    const { HubgateError } = await import('../../src/base/errors.ts')
    hub.store.get = () => Promise.reject(new HubgateError('unavailable'))
    expect((await call('GET', '/users/ada', ADA)).status).toBe(503)
  })
})
