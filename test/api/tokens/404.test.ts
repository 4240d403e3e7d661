import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS, openRig } from '../harness.ts'

/** Ids that are none, each as it is sent and as it is told. */
const IDS = [
  ['', ''],
  ['a', 'a'],
  ['a99', 'a99'],
  ['a0', 'a0'],
  ['c0123456789abcdef', 'c0123456789abcdef'],
  ['x1', 'x1'],
  ['a%201', 'a 1'],
  ['a%2F', 'a/'],
  ['a99999999999999999999', 'a99999999999999999999'],
] as const

describe('GET /users/{name}/tokens', () => {
  it('answers for nobody who is not there, and for nobody out of reach', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users/nobody/tokens'), 404, 'No such user: nobody')
    expectError(await call('GET', '/users/ada/tokens', GRACE), 404, /^No access/)
    expectError(await call('GET', '/users/nobody/tokens', GRACE), 404, /^No access/)
  })
})

describe.each(['GET', 'DELETE'])('%s /users/{name}/tokens/{token_id}', (method) => {
  it.each(IDS)('knows no id %j', async (sent, shown) => {
    const { call } = await openRig()
    const answer = await call(method, `/users/ada/tokens/${sent}`, ADA)
    expectError(answer, 404, `No such token ${shown} for user ada`)
  })

  it("does not know somebody else's token", async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/grace/tokens', GRACE)
    const message = `No such token ${body.id} for user ada`
    expectError(await call(method, `/users/ada/tokens/${body.id}`), 404, message)
    expect((await call('GET', '/user', body.token)).status).toBe(200)
  })

  it('does not know a token that has ended', async () => {
    const { call, hub } = await openRig()
    const { body: expired } = await call('POST', '/users/ada/tokens', ADA, { expires_in: 10 })
    const { body: revoked } = await call('POST', '/users/ada/tokens', ADA)
    await call('DELETE', `/users/ada/tokens/${revoked.id}`, ADA)
    hub.clock.advance(10_000)
    for (const { id } of [expired, revoked]) {
      const answer = await call(method, `/users/ada/tokens/${id}`, ADA)
      expectError(answer, 404, `No such token ${id} for user ada`)
    }
  })

  it('answers for nobody who is not there, and for nobody out of reach', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    expectError(await call(method, '/users/nobody/tokens/a1', OPS), 404, 'No such user: nobody')
    expectError(await call(method, `/users/ada/tokens/${body.id}`, GRACE), 404, /^No access/)
    expectError(await call(method, '/users/nobody/tokens/a1', GRACE), 404, /^No access/)
  })
})
