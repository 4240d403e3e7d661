import { describe, expect, it } from 'vitest'
import { ADA, expectError, OPS } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

const SECONDS = 'expires_in must be a number of whole seconds'

describe('POST /share-codes/{name}/{server}', () => {
  it.each<[unknown, string | RegExp]>([
    [[], 'Invalid JSON data: must be an object, not a list'],
    ['{', 'Invalid JSON in body of request'],
    [{ user: 'grace' }, 'Invalid JSON keys: user'],
    [{ scopes: 'access:servers' }, 'scopes must be a list, not a string'],
    [{ scopes: ['nonsense'] }, "Scope 'nonsense' for share does not exist"],
    [
      { scopes: ['access:servers!user=ada'] },
      '!user=ada not allowed on sharing access:servers!user=ada, only !server=ada/gpu',
    ],
    [{ expires_in: 59 }, 'expires_in must be at least 60 seconds'],
    [{ expires_in: '59' }, 'expires_in must be at least 60 seconds'],
    [{ expires_in: 0 }, 'expires_in must be at least 60 seconds'],
    [{ expires_in: -60 }, 'expires_in must be at least 60 seconds'],
    [{ expires_in: 31_536_001 }, 'expires_in must be at most 31536000 seconds'],
    [{ expires_in: '9'.repeat(16) }, 'expires_in must be at most 31536000 seconds'],
    [{ expires_in: 1e300 }, 'expires_in must be at most 31536000 seconds'],
    [{ expires_in: '9'.repeat(400) }, SECONDS],
    [{ expires_in: 60.5 }, SECONDS],
    [{ expires_in: '1 hour' }, SECONDS],
    [{ expires_in: '' }, SECONDS],
    [{ expires_in: true }, SECONDS],
    [{ expires_in: null }, SECONDS],
    [{ expires_in: [60] }, SECONDS],
  ])('answers 400 for %j', async (body, message) => {
    const { call, hub } = await openShareRig()
    expectError(await call('POST', '/share-codes/ada/gpu', OPS, body), 400, message)
    expect(await hub.store.count(['share-code'])).toBe(0)
  })
})

describe('DELETE /share-codes/{name}/{server}', () => {
  it.each([
    ['code=', 'code must not be empty'],
    ['id=', 'id must not be empty'],
  ])('answers 400 for ?%s, which must not mean all', async (query, message) => {
    const { call, hub } = await openShareRig()
    await call('POST', '/share-codes/ada/gpu', ADA)
    expectError(await call('DELETE', `/share-codes/ada/gpu?${query}`, ADA), 400, message)
    expect(await hub.store.count(['share-code'])).toBe(1)
  })
})

describe('GET /share-codes/{name}', () => {
  it('answers 400 for pages that are no numbers', async () => {
    const { call } = await openShareRig()
    const message = 'Invalid argument type, offset and limit must be integers'
    expectError(await call('GET', '/share-codes/ada?limit=x', ADA), 400, message)
  })
})
