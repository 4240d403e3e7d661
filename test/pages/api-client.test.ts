import { describe, expect, test } from 'vitest'
import type { HubgateError } from '../../src/base/errors.ts'
import { callApi } from '../../src/pages/api-client.ts'
import type { SignedIn } from '../../src/pages/signed-in.ts'
import type { Visit } from '../../src/pages/visit.ts'

/** A visit whose API only tells where it was asked. */
function visitTo(asked: string[]): Visit {
  const api = async (request: Request): Promise<Response> => {
    asked.push(new URL(request.url).pathname)
    return Response.json({})
  }
  const c = { req: { header: () => 'hubgate-session=x' } }
  return { c, deps: { api }, hubPath: '/hub/', origin: 'http://localhost' } as unknown as Visit
}

const MEMBER = { session: { xsrf: 'x' } } as SignedIn

describe('callApi', () => {
  test.each([
    '/users/..',
    '/users/../shutdown',
    '/users/%2e%2e/groups/x',
    '/users/%2E./groups/x',
    '/users/./servers',
    '/groups/.%2e?limit=1',
  ])('asks nothing of %s: it would lead elsewhere', async (path) => {
    const asked: string[] = []
    const asking = callApi(visitTo(asked), MEMBER, 'GET', path)
    await expect(asking).rejects.toMatchObject({
      code: 'not_found',
    } satisfies Partial<HubgateError>)
    expect(asked).toEqual([])
  })

  test.each([
    ['/users/ada..b', '/hub/api/users/ada..b'],
    ['/groups/...', '/hub/api/groups/...'],
    ['/groups/a%2F..%2Fb', '/hub/api/groups/a%2F..%2Fb'],
    ['/users?name_filter=/../x', '/hub/api/users'],
  ])('asks %s', async (path, at) => {
    const asked: string[] = []
    await callApi(visitTo(asked), MEMBER, 'GET', path)
    expect(asked).toEqual([at])
  })
})
