import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, SERVICE } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

function missing(scope: string): string {
  return `Action is not authorized with current scopes; requires any of [${scope}]`
}

describe('GET /share-codes/{name} and /share-codes/{name}/{server}', () => {
  it.each(['/share-codes/ada', '/share-codes/ada/', '/share-codes/ada/gpu'])(
    '%s answers 403 to those without the scope',
    async (path) => {
      const { call, tokenOf } = await openShareRig()
      expectError(await call('GET', path, null), 403, 'Missing or invalid credentials.')
      expectError(await call('GET', path, SERVICE), 403, missing('read:shares'))
      const token = await tokenOf('ops', ['read:users:shares', 'servers'])
      expectError(await call('GET', path, token), 403, missing('read:shares'))
      const notebook = await tokenOf('ada', ['access:servers!user'])
      expectError(await call('GET', path, notebook), 403, /notebook tokens do not authorize/)
    },
  )
})

describe.each(['POST', 'DELETE'])('%s /share-codes/{name}/{server}', (method) => {
  it('answers 403 to those without the scope, to owners too', async () => {
    const { call, tokenOf, hub } = await openShareRig()
    await call('POST', '/share-codes/ada/gpu', ADA)
    const token = await tokenOf('ops', ['read:shares', 'users:shares', 'servers'])
    for (const path of ['/share-codes/ada/gpu', '/share-codes/ada/', '/share-codes/nobody/x']) {
      expectError(await call(method, path, null), 403, 'Missing or invalid credentials.')
      expectError(await call(method, path, SERVICE), 403, missing('shares'))
      expectError(await call(method, path, token), 403, missing('shares'))
    }
    expectError(await call(method, '/share-codes/grace/', GRACE), 403, missing('shares'))
    expect(await hub.store.count(['share-code'])).toBe(1)
  })
})

describe('POST /share-codes/{name}/{server}', () => {
  it.each(['servers', 'read:servers', 'admin:users', 'self', 'inherit'])(
    'answers 403 for %s, which the token does not hold',
    async (scope) => {
      const { call, tokenOf, hub } = await openShareRig()
      const token = await tokenOf('ada', ['shares!user'])
      const body = { scopes: [scope] }
      const message = `Do not have permission to grant share with scope ${scope}!server=ada/gpu`
      expectError(await call('POST', '/share-codes/ada/gpu', token, body), 403, message)
      expect(await hub.store.count(['share-code'])).toBe(0)
    },
  )

  it('needs no scope for names: nobody is named', async () => {
    const { call, tokenOf } = await openShareRig()
    const token = await tokenOf('ada', ['shares!server=ada/gpu'])
    expect((await call('POST', '/share-codes/ada/gpu', token)).status).toBe(200)
  })
})
