import { describe, expect, it } from 'vitest'
import { ADA, OPS, openRig } from '../harness.ts'

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

  it('takes the making of a token that was never used for its last use', async () => {
    const { call, hub, activity } = await openRig()
    const { body: used } = await call('POST', '/users/ada/tokens', OPS, { note: 'used' })
    await call('GET', '/user', used.token)
    await activity.flush()
    hub.clock.advance(60_000)
    await call('POST', '/users/ada/tokens', OPS, { note: 'new' })
    const { body } = await call('GET', '/users/ada/tokens', OPS)
    const notes = body.api_tokens.map((token: { note: string }) => token.note)
    expect(notes).toEqual(['from config', 'used', 'new'])
  })

  it('leaves out tokens that have expired', async () => {
    const { call, hub } = await openRig()
    await call('POST', '/users/ada/tokens', ADA, { expires_in: 10 })
    hub.clock.advance(10_000)
    expect((await call('GET', '/users/ada/tokens', ADA)).body.api_tokens).toHaveLength(1)
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

  it('shows one of the config map', async () => {
    const { call } = await openRig()
    const { body: me } = await call('GET', '/user', ADA)
    const { body } = await call('GET', `/users/ada/tokens/${me.token_id}`, ADA)
    expect(body).toMatchObject({ user: 'ada', id: me.token_id, note: 'from config' })
  })
})
