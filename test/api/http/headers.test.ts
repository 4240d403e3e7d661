import { describe, expect, it } from 'vitest'
import { openRig } from '../harness.ts'

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
    for (const method of ['GET', 'OPTIONS', 'PUT']) {
      const { headers } = await call(method, '/users')
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('asks for no password: a refusal is 403 without a challenge', async () => {
    const { call } = await openRig()
    const { status, headers } = await call('GET', '/users', null)
    expect([status, headers.get('www-authenticate')]).toEqual([403, null])
  })
})

describe('the version', () => {
  it('may be read by any page, with any method, and nothing else may', async () => {
    const { call } = await openRig()
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { headers } = await call(method, '/', null)
      expect(headers.get('access-control-allow-origin'), method).toBe('*')
    }
    expect((await call('GET', '/user')).headers.has('access-control-allow-origin')).toBe(false)
  })
})
