import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, SERVICE } from '../harness.ts'
import { openShareRig } from './support.ts'

const PATHS = ['/shares/ada', '/shares/ada/', '/shares/ada/gpu']

function missing(scope: string): string {
  return `Action is not authorized with current scopes; requires any of [${scope}]`
}

describe('GET /shares/{name} and /shares/{name}/{server}', () => {
  it.each(PATHS)('%s answers 403 to those without the scope', async (path) => {
    const { call, tokenOf } = await openShareRig()
    expectError(await call('GET', path, null), 403, 'Missing or invalid credentials.')
    expectError(await call('GET', path, SERVICE), 403, missing('read:shares'))
    const token = await tokenOf('ops', ['read:users:shares', 'users'])
    expectError(await call('GET', path, token), 403, missing('read:shares'))
    const notebook = await tokenOf('ada', ['access:servers!user'])
    expectError(await call('GET', path, notebook), 403, /notebook tokens do not authorize/)
  })
})

describe.each(['POST', 'PATCH', 'DELETE'])('%s /shares/{name}/{server}', (method) => {
  const body = method === 'DELETE' ? undefined : { user: 'grace' }

  it('answers 403 to those without the scope, to owners too', async () => {
    const { call, tokenOf } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    const own = '/shares/grace/'
    for (const path of ['/shares/ada/gpu', '/shares/ada/', '/shares/nobody/x']) {
      expectError(await call(method, path, null, body), 403, 'Missing or invalid credentials.')
      expectError(await call(method, path, SERVICE, body), 403, missing('shares'))
      const token = await tokenOf('ops', ['read:shares', 'users:shares', 'servers'])
      expectError(await call(method, path, token, body), 403, missing('shares'))
    }
    expectError(await call(method, own, GRACE, body), 403, missing('shares'))
    expect((await call('GET', '/shares/ada')).body.items).toHaveLength(1)
  })
})

describe('POST /shares/{name}/{server}', () => {
  it.each([
    ['start:servers', 'start:servers'],
    ['servers', 'servers'],
    ['admin:servers', 'admin:servers'],
    ['admin:users', 'admin:users'],
    ['tokens', 'tokens'],
    ['self', 'self'],
    ['inherit', 'inherit'],
    ['shutdown', 'shutdown'],
  ])('answers 403 for %s, which the token does not hold', async (scope, base) => {
    const { call, tokenOf, hub } = await openShareRig()
    const token = await tokenOf('ada', ['shares!user', 'read:users:name'])
    const body = { user: 'grace', scopes: ['access:servers', scope] }
    expectError(
      await call('POST', '/shares/ada/gpu', token, body),
      403,
      `Do not have permission to grant share with scope ${base}!server=ada/gpu`,
    )
    expect(await hub.store.count(['share'])).toBe(0)
  })

  it.each(['self', 'inherit'])('answers 403 for %s, to admins too', async (scope) => {
    const { call } = await openShareRig()
    const answer = await call('POST', '/shares/ada/', undefined, { user: 'grace', scopes: [scope] })
    expectError(answer, 403, /^Do not have permission to grant share with scope/)
  })

  it('answers 403 for a scope that is held for another server only', async () => {
    const { call, tokenOf } = await openShareRig()
    const scopes = ['shares!user', 'servers!server=ada/', 'read:users:name']
    const token = await tokenOf('ada', scopes)
    const body = { user: 'grace', scopes: ['start:servers'] }
    expectError(await call('POST', '/shares/ada/gpu', token, body), 403, /start:servers/)
    expect((await call('POST', '/shares/ada/', token, body)).status).toBe(200)
  })

  it.each([
    [{ user: 'grace' }, "Need scope 'read:users:name' to share with users by name"],
    [{ user: 'nobody' }, "Need scope 'read:users:name' to share with users by name"],
    [{ group: 'class-a' }, "Need scope 'read:groups:name' to share with groups by name"],
    [{ group: 'none' }, "Need scope 'read:groups:name' to share with groups by name"],
  ])(
    'answers 403 for %j where names are not shown, whether or not it exists',
    async (body, text) => {
      const { call, tokenOf } = await openShareRig()
      const bare = await tokenOf('ada', ['shares!user'])
      expectError(await call('POST', '/shares/ada/gpu', bare, body), 403, text)
      const others = ['shares!user', 'read:users:name!user=ops', 'read:groups:name!group=class-b']
      const token = await tokenOf('ada', others)
      expectError(await call('POST', '/shares/ada/gpu', token, body), 403, text)
    },
  )

  it('takes the name scope for just that user, the user’s group, or that group', async () => {
    const { call, tokenOf } = await openShareRig()
    const grants: [string, object][] = [
      ['read:users:name!user=grace', { user: 'grace' }],
      ['read:users:name!group=class-a', { user: 'eve' }],
      ['read:groups:name!group=class-a', { group: 'class-a' }],
    ]
    for (const [scope, body] of grants) {
      const token = await tokenOf('ada', ['shares!user', scope])
      expect((await call('POST', '/shares/ada/gpu', token, body)).status).toBe(200)
    }
  })
})
