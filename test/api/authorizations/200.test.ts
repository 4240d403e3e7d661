import { describe, expect, it } from 'vitest'
import { createGroups } from '../../../src/hub/groups/groups.ts'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import type { Rig } from '../harness.ts'
import { ADA, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

async function cookieOf({ hub }: Rig, name: string): Promise<string> {
  const user = await findUser(hub, name)
  return (await openSession(hub, user!)).secret
}

describe('GET /authorizations/token/{token}', () => {
  it('tells anybody who has a token of their own whose another one is', async () => {
    const { call, hub } = await openRig()
    await createGroups(hub, ['class-a'], ['ada'])
    const known = { kind: 'user', name: 'ada', admin: false, groups: ['class-a'], user_info: null }
    for (const who of [SERVICE, GRACE]) {
      const { status, body } = await call('GET', `/authorizations/token/${ADA}`, who)
      expect([status, body]).toEqual([200, known])
    }
    const admin = await call('GET', `/authorizations/token/${OPS}`, SERVICE)
    expect(admin.body).toMatchObject({ name: 'ops', admin: true })
  })

  it('shows as much of the owner as the caller may see', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', `/authorizations/token/${ADA}`, OPS)
    expect(body).toMatchObject({ name: 'ada', roles: ['user'], auth_state: null, servers: {} })
  })

  it('knows services and notebook tokens', async () => {
    const { call, tokenOf } = await openRig()
    const service = await call('GET', `/authorizations/token/${SERVICE}`, ADA)
    expect(service.body).toEqual({ kind: 'service', name: 'announce', admin: false })
    const notebook = await tokenOf('grace', ['access:servers!user'])
    const { body } = await call('GET', `/authorizations/token/${notebook}`, SERVICE)
    expect(body.name).toBe('grace')
  })

  it('notes that the token and its owner were active', async () => {
    const { call, activity, hub } = await openRig()
    const { body: made } = await call('POST', '/users/ada/tokens', OPS)
    hub.clock.advance(60_000)
    await call('GET', `/authorizations/token/${made.token}`, SERVICE)
    await activity.flush()
    expect(await activity.lastOfToken(made.id)).toBe(hub.clock.now())
    const ada = await findUser(hub, 'ada')
    expect(await activity.lastOfUser(ada?.id ?? '')).toBe(hub.clock.now())
  })
})

describe('GET /authorizations/cookie/{cookie_name}/{cookie_value}', () => {
  it('tells who is signed in, as far as the scopes of the token that asks show them', async () => {
    const rig = await openRig()
    const path = `/authorizations/cookie/hubgate-login/${await cookieOf(rig, 'ada')}`
    expect((await rig.call('GET', path, OPS)).body).toMatchObject({ name: 'ada', admin: false })
    expect((await rig.call('GET', path, ADA)).body).toMatchObject({ name: 'ada', groups: [] })
    for (const who of [SERVICE, GRACE]) {
      const { status, body } = await rig.call('GET', path, who)
      expect([status, body]).toEqual([200, {}])
    }
  })
})
