import { describe, it } from 'vitest'
import { ADA, expectError, openRig, SERVICE } from '../harness.ts'

const SCOPE = { scope: 'read:users', resource: { user: 'ada' } }

describe('POST /authorize/explain', () => {
  it('answers nobody, not even about a token that they have', async () => {
    const { call } = await openRig()
    const body = { ...SCOPE, token: ADA }
    expectError(await call('POST', '/authorize/explain', null, body), 403, null)
    expectError(await call('POST', '/authorize/explain', 'wrong-token', body), 403, null)
  })

  it('answers no notebook token', async () => {
    const { call, tokenOf } = await openRig()
    const notebook = await tokenOf('ada', ['access:servers!user'])
    expectError(await call('POST', '/authorize/explain', notebook, SCOPE), 403, /notebook token/)
  })

  it('answers no cookie without its xsrf value', async () => {
    const { call, browserOf } = await openRig()
    const { headers } = await browserOf('ada')
    const sent = { ...headers, 'content-type': 'application/json' }
    expectError(await call('POST', '/authorize/explain', sent, SCOPE), 403, /_xsrf/)
  })

  it('explains tokens of others to those only who hold read:tokens', async () => {
    const { call, tokenOf } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    const ask = { ...SCOPE, token_id: body.id, owner: 'ada' }
    const narrow = await tokenOf('ada', ['read:users!user'])
    expectError(await call('POST', '/authorize/explain', narrow, ask), 403, /\[read:tokens\]/)
    expectError(await call('POST', '/authorize/explain', SERVICE, ask), 403, /\[read:tokens\]/)
  })

  it("explains services' tokens to those only who hold read:tokens for everything", async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/user', SERVICE)
    const ask = { ...SCOPE, token_id: body.token_id, owner: 'announce', owner_kind: 'service' }
    expectError(await call('POST', '/authorize/explain', ADA, ask), 403, /\[read:tokens\]/)
  })

  it('explains users and services to those only who may read their roles', async () => {
    const { call, tokenOf } = await openRig()
    const narrow = await tokenOf('ada', ['read:users:name!user'])
    for (const named of [{ user: 'ada' }, { user: 'nobody' }]) {
      const answer = await call('POST', '/authorize/explain', narrow, { ...SCOPE, ...named })
      expectError(answer, 403, /\[read:roles:users, read:users\]/)
    }
    const answer = await call('POST', '/authorize/explain', ADA, { ...SCOPE, service: 'announce' })
    expectError(answer, 403, /\[read:roles:services\]/)
  })
})
