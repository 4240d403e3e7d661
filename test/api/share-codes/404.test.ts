import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

const OUT_OF_REACH = 'No access to resources or resources not found'

describe('GET /share-codes/{name} and /share-codes/{name}/{server}', () => {
  it('answer 404 for a user or a server that there is not', async () => {
    const { call } = await openShareRig()
    expectError(await call('GET', '/share-codes/nobody', OPS), 404, null)
    expectError(await call('GET', '/share-codes/nobody/', OPS), 404, 'No such server: nobody/')
    expectError(await call('GET', '/share-codes/ada/none', ADA), 404, 'No such server: ada/none')
  })

  it('answer 404 out of reach', async () => {
    const { call, tokenOf } = await openShareRig()
    const token = await tokenOf('ada', ['read:shares!server=ada/gpu'])
    for (const path of ['/share-codes/ada', '/share-codes/ada/', '/share-codes/nobody']) {
      expectError(await call('GET', path, token), 404, OUT_OF_REACH)
      expectError(await call('GET', path, GRACE), 404, OUT_OF_REACH)
    }
    expect((await call('GET', '/share-codes/ada/gpu', token)).status).toBe(200)
  })
})

describe.each(['POST', 'DELETE'])('%s /share-codes/{name}/{server}', (method) => {
  it('answers 404 for a server that there is not', async () => {
    const { call, hub } = await openShareRig()
    const at = (path: string, who: string) => call(method, `/share-codes/${path}`, who)
    expectError(await at('ada/none', ADA), 404, 'No such server: ada/none')
    expectError(await at('nobody/', OPS), 404, 'No such server: nobody/')
    expectError(await at('ada/none?id=nonsense', ADA), 404, 'No such server: ada/none')
    expect(await hub.store.count(['share-code'])).toBe(0)
  })

  it('answers 404 out of reach: another user’s server, another server', async () => {
    const { call, tokenOf, hub } = await openShareRig()
    const token = await tokenOf('ada', ['shares!server=ada/'])
    expectError(await call(method, '/share-codes/grace/', ADA), 404, OUT_OF_REACH)
    expectError(await call(method, '/share-codes/ada/gpu', token), 404, OUT_OF_REACH)
    expect(await hub.store.count(['share-code'])).toBe(0)
  })
})

describe('DELETE /share-codes/{name}/{server}', () => {
  it('answers 404 for a code that the server does not have', async () => {
    const { call, hub } = await openShareRig()
    const { body } = await call('POST', '/share-codes/ada/', ADA)
    const gone = async (query: string, message: string) => {
      expectError(await call('DELETE', `/share-codes/ada/gpu?${query}`, ADA), 404, message)
    }
    await gone(`code=${body.code}`, 'No matching code found')
    await gone(`code=${'x'.repeat(43)}`, 'No matching code found')
    await gone('code=nonsense', 'No matching code found')
    for (const id of [body.id, 'sc_1', 'sc_', 'nonsense', `${body.id}x`, `sc_${'9'.repeat(20)}`]) {
      await gone(`id=${id}`, `No code found matching id=${id}`)
    }
    expect(await hub.store.count(['share-code'])).toBe(1)
  })

  it('answers 404 for one that expired or was ended', async () => {
    const { call, hub } = await openShareRig()
    const make = async (body: object) => (await call('POST', '/share-codes/ada/', ADA, body)).body
    const [short, ended] = [await make({ expires_in: 60 }), await make({})]
    hub.clock.advance(60_000)
    const path = '/share-codes/ada/'
    expect((await call('DELETE', `${path}?id=${ended.id}`, ADA)).status).toBe(204)
    for (const { code, id } of [short, ended]) {
      expectError(await call('DELETE', `${path}?code=${code}`, ADA), 404, 'No matching code found')
      const message = `No code found matching id=${id}`
      expectError(await call('DELETE', `${path}?id=${id}`, ADA), 404, message)
    }
  })
})
