import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS } from '../harness.ts'
import { openShareRig } from './support.ts'

const OUT_OF_REACH = 'No access to resources or resources not found'

describe('GET /shares/{name} and /shares/{name}/{server}', () => {
  it('answer 404 for a user or a server that there is not', async () => {
    const { call } = await openShareRig()
    expectError(await call('GET', '/shares/nobody', OPS), 404, null)
    expectError(await call('GET', '/shares/nobody/', OPS), 404, 'No such server: nobody/')
    expectError(await call('GET', '/shares/ada/none', ADA), 404, 'No such server: ada/none')
    expectError(await call('GET', '/shares/ada/%2F', ADA), 404, 'No such server: ada//')
  })

  it('answer 404 out of reach, whether or not it exists', async () => {
    const { call, tokenOf } = await openShareRig()
    const token = await tokenOf('ada', ['read:shares!server=ada/gpu'])
    for (const path of ['/shares/ada', '/shares/ada/', '/shares/ada/none', '/shares/nobody']) {
      expectError(await call('GET', path, token), 404, OUT_OF_REACH)
      expectError(await call('GET', path, GRACE), 404, OUT_OF_REACH)
    }
    expect((await call('GET', '/shares/ada/gpu', token)).status).toBe(200)
  })
})

describe.each(['POST', 'PATCH', 'DELETE'])('%s /shares/{name}/{server}', (method) => {
  const body = method === 'DELETE' ? undefined : { user: 'grace' }

  it('answers 404 for a server that there is not', async () => {
    const { call, hub } = await openShareRig()
    expectError(await call(method, '/shares/ada/none', ADA, body), 404, 'No such server: ada/none')
    expectError(await call(method, '/shares/nobody/', OPS, body), 404, 'No such server: nobody/')
    expect(await hub.store.count(['share'])).toBe(0)
  })

  it('answers 404 out of reach: another user’s server, another server', async () => {
    const { call, tokenOf, hub } = await openShareRig()
    const token = await tokenOf('ada', ['shares!server=ada/', 'read:users:name'])
    for (const [path, who] of [
      ['/shares/grace/', ADA],
      ['/shares/nobody/', ADA],
      ['/shares/ada/gpu', token],
      ['/shares/ada/none', token],
    ] as const) {
      expectError(await call(method, path, who, body), 404, OUT_OF_REACH)
    }
    expect(await hub.store.count(['share'])).toBe(0)
  })
})
