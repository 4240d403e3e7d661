import { describe, expect, it } from 'vitest'
import { createUsers } from '../../../src/hub/users/users.ts'
import { ADA, expectError, GRACE, OPS, openRig } from '../harness.ts'

const SCOPE = { scope: 'read:users', resource: { user: 'ada' } }
const GONE = 'No access to resources or resources not found'

describe('POST /authorize/explain', () => {
  it('knows no token that is wrong, revoked, expired or of a user who is gone', async () => {
    const { call, hub, tokenOf } = await openRig()
    await createUsers(hub, ['eve'], { admin: false })
    const { body: revoked } = await call('POST', '/users/ada/tokens', ADA)
    await call('DELETE', `/users/ada/tokens/${revoked.id}`, ADA)
    const { body: expired } = await call('POST', '/users/ada/tokens', ADA, { expires_in: 10 })
    const orphan = await tokenOf('eve', ['inherit'])
    await call('DELETE', '/users/eve')
    hub.clock.advance(10_000)
    for (const token of ['nonsense', 'with space', revoked.token, expired.token, orphan]) {
      const answer = await call('POST', '/authorize/explain', OPS, { ...SCOPE, token })
      expectError(answer, 404, GONE)
      expect(answer.text).not.toContain(token)
    }
  })

  it('does not tell what is unknown from what is out of reach', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/grace/tokens', GRACE)
    const asks = [
      { token_id: body.id, owner: 'grace' },
      { token_id: 'a1', owner: 'grace' },
      { token_id: 'a1', owner: 'nobody' },
      { token_id: body.id, owner: 'ada' },
      { user: 'grace' },
      { user: 'nobody' },
    ]
    for (const ask of asks) {
      expectError(await call('POST', '/authorize/explain', ADA, { ...SCOPE, ...ask }), 404, GONE)
    }
  })

  it('knows nobody who does not exist, for an admin either', async () => {
    const { call } = await openRig()
    const asks = [
      { token_id: 'a1', owner: 'nobody' },
      { token_id: 'a1', owner: 'nothing', owner_kind: 'service' },
      { user: 'nobody' },
      { user: 'Not/a name' },
      { service: 'nothing' },
      { service: 'ada' },
    ]
    for (const ask of asks) {
      expectError(await call('POST', '/authorize/explain', OPS, { ...SCOPE, ...ask }), 404, GONE)
    }
  })

  it("does not tell a group's members by what somebody else may do for them", async () => {
    const { call } = await openRig({
      config: {
        load_groups: { 'class-a': { users: ['bob'] } },
        load_roles: [
          { name: 'grader', scopes: ['read:users:activity!group=class-a'], users: ['grace'] },
          { name: 'auditor', scopes: ['read:roles:users!user=grace'], users: ['ada'] },
        ],
      },
    })
    const about = { scope: 'read:users:activity', user: 'grace' }
    const targets = [{ user: 'bob' }, { user: 'nobody' }, { server: 'bob/' }, { server: 'ghost/x' }]
    for (const resource of targets) {
      const answer = await call('POST', '/authorize/explain', ADA, { ...about, resource })
      expectError(answer, 404, GONE)
    }
    const own = { ...about, resource: { user: 'grace' } }
    expect((await call('POST', '/authorize/explain', ADA, own)).status).toBe(200)
  })
})
