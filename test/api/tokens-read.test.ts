import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from './harness.ts'

describe('GET /users/{name}/tokens', () => {
  it('lists tokens without secrets, the longest unused first', async () => {
    const { call, hub, activity } = await openRig()
    const { body: used } = await call('POST', '/users/ada/tokens', ADA, { note: 'used' })
    const { body: idle } = await call('POST', '/users/ada/tokens', ADA, { note: 'idle' })
    hub.clock.advance(60_000)
    await call('GET', '/user', used.token)
    await activity.flush()
    const { status, body, text } = await call('GET', '/users/ada/tokens', OPS)
    expect(status).toBe(200)
    const notes = body.api_tokens.map((token: { note: string }) => token.note)
    expect(notes.slice(-1)).toEqual(['used'])
    expect([...notes].sort()).toEqual(['from config', 'idle', 'used'])
    expect(body.api_tokens.at(-1)).toMatchObject({
      user: 'ada',
      id: used.id,
      last_activity: '2026-11-22T21:09:19.673Z',
    })
    expect(text).not.toContain(used.token)
    expect(text).not.toContain(idle.token)
    expect(text).not.toContain(ADA)
  })

  it('leaves out tokens that have expired', async () => {
    const { call, hub } = await openRig()
    await call('POST', '/users/ada/tokens', ADA, { expires_in: 10 })
    hub.clock.advance(10_000)
    expect((await call('GET', '/users/ada/tokens', ADA)).body.api_tokens).toHaveLength(1)
  })

  it('answers 404 for a missing user, 403 and 404 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users/nobody/tokens'), 404, 'No such user: nobody')
    expectError(await call('GET', '/users/ada/tokens', GRACE), 404, /^No access/)
    expectError(await call('GET', '/users/ada/tokens', SERVICE), 403, /read:tokens/)
  })
})

describe('GET /users/{name}/tokens/{token_id}', () => {
  it('shows one', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, { scopes: [] })
    const { token, ...model } = body
    expect(token).toMatch(/^hgh_/)
    expect((await call('GET', `/users/ada/tokens/${body.id}`, ADA)).body).toEqual(model)
  })

  it('answers 404 for the id of another user, a made-up one and none', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/grace/tokens', GRACE)
    const message = `No such token ${body.id} for user ada`
    expectError(await call('GET', `/users/ada/tokens/${body.id}`), 404, message)
    expectError(await call('GET', '/users/ada/tokens/a99'), 404, 'No such token a99 for user ada')
    expectError(await call('GET', '/users/ada/tokens/'), 404, 'No such token  for user ada')
  })
})

describe('DELETE /users/{name}/tokens/{token_id}', () => {
  it('ends a token at once, even for the one who asks with it', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    const answer = await call('DELETE', `/users/ada/tokens/${body.id}`, body.token)
    expect(answer.status).toBe(204)
    expect((await call('GET', '/users/ada', body.token)).status).toBe(403)
    const again = await call('DELETE', `/users/ada/tokens/${body.id}`, ADA)
    expectError(again, 404, `No such token ${body.id} for user ada`)
  })

  it('answers 400 for one of the config map, which works on', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/users/ada/tokens', ADA)
    const [{ id }] = body.api_tokens
    expectError(await call('DELETE', `/users/ada/tokens/${id}`, ADA), 400, /configuration file/)
    expect((await call('GET', '/users/ada', ADA)).status).toBe(200)
  })

  it('answers 404 out of reach and 403 without the scope', async () => {
    const { call, tokenOf } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    expectError(await call('DELETE', `/users/ada/tokens/${body.id}`, GRACE), 404, /^No access/)
    const reader = await tokenOf('ada', ['read:tokens!user=ada'])
    expectError(await call('DELETE', `/users/ada/tokens/${body.id}`, reader), 403, /\[tokens\]/)
  })
})
