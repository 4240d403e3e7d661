import { describe, expect, it } from 'vitest'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import {
  openServiceSession,
  principalOfServiceSession,
} from '../../../src/hub/identity/service-sessions.ts'
import { closeSession } from '../../../src/hub/identity/session-ends.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import { changeUser, createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser } from '../../support/people.ts'

const GRAFANA = { service: 'grafana', wide: false }

async function setUp() {
  const hub = await openTestHub()
  const ada = await makeUser(hub, 'ada')
  const signedIn = await openSession(hub, ada)
  const { secret, expiresAt } = await openServiceSession(hub, signedIn.session, GRAFANA)
  return { hub, ada, signedIn, secret, expiresAt }
}

describe('the cookie of a service', () => {
  it('stands for the user of the session, on every replica, and names its service', async () => {
    const { hub, ada, signedIn, secret, expiresAt } = await setUp()
    for (const replica of [hub, await hub.another()]) {
      expect(await principalOfServiceSession(replica, secret)).toMatchObject({
        kind: 'user',
        id: ada.id,
        name: 'ada',
        credential: {
          type: 'service-session',
          sessionId: signedIn.session.id,
          service: 'grafana',
          wide: false,
        },
        expiresAt: signedIn.session.expiresAt,
      })
    }
    expect(expiresAt).toBe(signedIn.session.expiresAt)
  })

  it('is no login, and no cookie of a server; nor are those cookies of a service', async () => {
    const { hub, signedIn, secret } = await setUp()
    const server = await openServerSession(hub, signedIn.session, { user: 'ada', name: '' })
    expect(await principalOfSession(hub, secret)).toBeUndefined()
    expect(await principalOfServerSession(hub, secret)).toBeUndefined()
    expect(await principalOfServiceSession(hub, signedIn.secret)).toBeUndefined()
    expect(await principalOfServiceSession(hub, server.secret)).toBeUndefined()
  })

  it.each(['', 'x', 'x'.repeat(43), `${'x'.repeat(43)}\n`, '__proto__'])(
    '%j is none',
    async (secret) => {
      const { hub } = await setUp()
      expect(await principalOfServiceSession(hub, secret)).toBeUndefined()
    },
  )

  it('ends with the session, which takes it out of the store', async () => {
    const { hub, signedIn, secret } = await setUp()
    await closeSession(hub, signedIn.secret)
    expect(await principalOfServiceSession(hub, secret)).toBeUndefined()
    expect(await hub.store.count(['server-session'])).toBe(0)
    expect(await hub.store.count(['server-session-of'])).toBe(0)
  })

  it('ends when the session expires', async () => {
    const { hub, secret, expiresAt } = await setUp()
    hub.clock.advance(expiresAt - hub.clock.now() - 1)
    expect(await principalOfServiceSession(hub, secret)).toBeDefined()
    hub.clock.advance(1)
    expect(await principalOfServiceSession(hub, secret)).toBeUndefined()
  })

  it('ends with the user; another user of the same name does not have it', async () => {
    const { hub, secret } = await setUp()
    await deleteUser(hub, 'ada')
    await createUsers(hub, ['ada'], { admin: false })
    expect(await principalOfServiceSession(hub, secret)).toBeUndefined()
  })

  it('follows what its user may do', async () => {
    const { hub, secret } = await setUp()
    const before = await principalOfServiceSession(hub, secret)
    await changeUser(hub, 'ada', { admin: true })
    const after = await principalOfServiceSession(hub, secret)
    expect(before?.scopes.has('access:services')).toBe(false)
    expect(after?.scopes.get('access:services')).toBe(true)
  })

  it('cannot be had for a session that is over', async () => {
    const { hub, signedIn } = await setUp()
    await closeSession(hub, signedIn.secret)
    await expect(openServiceSession(hub, signedIn.session, GRAFANA)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('is not in the store, and a record that is not its own opens nothing', async () => {
    const { hub, secret } = await setUp()
    const [entry] = await hub.store.list<{ id: string }>(['server-session'])
    expect(JSON.stringify(entry)).not.toContain(secret)
    const id = entry?.value.id ?? ''
    const value = { ...entry?.value, id: 'f'.repeat(64) }
    await hub.store.commit({ set: [{ key: keys.serverSession(id), value }] })
    await expect(principalOfServiceSession(hub, secret)).rejects.toMatchObject({ code: 'internal' })
  })
})
