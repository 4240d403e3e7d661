import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { scopesOfUser } from '../../../src/hub/identity/identity.ts'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import { closeSession } from '../../../src/hub/identity/session-ends.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import { changeUser, createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser } from '../../support/people.ts'

const DAY = 24 * 60 * 60 * 1000

describe('sessions', () => {
  test('a sign-in lasts 14 days to the millisecond', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const { secret, session } = await openSession(hub, ada)
    expect(session).toEqual({
      id: sha256(secret),
      mark: expect.stringMatching(/^[0-9a-f]{8}$/),
      sid: expect.stringMatching(/^[0-9a-f]{32}$/),
      userId: ada.id,
      user: 'ada',
      xsrf: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      created: hub.clock.now(),
      expiresAt: hub.clock.now() + 14 * DAY,
      address: null,
      agent: null,
    })
    expect(await principalOfSession(hub, secret)).toEqual({
      session,
      principal: {
        kind: 'user',
        name: 'ada',
        id: ada.id,
        admin: false,
        scopes: await scopesOfUser(hub, ada),
        credential: { type: 'session', id: session.id },
        expiresAt: session.expiresAt,
      },
    })
    hub.clock.advance(14 * DAY - 1)
    expect(await principalOfSession(hub, secret)).toBeDefined()
    hub.clock.advance(1)
    expect(await principalOfSession(hub, secret)).toBeUndefined()
  })

  test.each([
    [{}, null, null],
    [{ address: '', agent: ' \t\u0000 ' }, null, null],
    [{ address: '::ffff:192.0.2.7', agent: 'Firefox' }, '192.0.2.7', 'Firefox'],
    [{ address: '2001:db8::7' }, '2001:db8::7', null],
    [{ agent: 'a\u0000\u202e\r\n b\u2028c' }, null, 'a b c'],
    [{ address: 'x'.repeat(9_999), agent: 'y'.repeat(99_999) }, 'x'.repeat(64), 'y'.repeat(256)],
  ])('keeps of %j a bounded line each', async (by, address, agent) => {
    const hub = await openTestHub()
    const { session } = await openSession(hub, await makeUser(hub, 'ada'), by)
    expect(session).toMatchObject({ address, agent })
  })

  test('one from before there were public ids has always the same', async () => {
    const hub = await openTestHub()
    const { secret, session } = await openSession(hub, await makeUser(hub, 'ada'))
    const { sid: _sid, address: _address, agent: _agent, ...old } = session
    await hub.store.commit({ set: [{ key: keys.session(session.id), value: old }] })
    const seen = await Promise.all(
      [hub, await hub.another()].map((one) => principalOfSession(one, secret)),
    )
    const [sid, again] = seen.map((found) => found?.session.sid)
    expect(sid).toMatch(/^[0-9a-f]{32}$/)
    expect(sid).not.toBe(session.id.slice(0, 32))
    expect(again).toBe(sid)
    expect(seen[0]?.session).toMatchObject({ address: null, agent: null })
  })

  test('the secret is not in the store', async () => {
    const hub = await openTestHub()
    const { secret, session } = await openSession(hub, await makeUser(hub, 'ada'))
    const server = await openServerSession(hub, session, { user: 'ada', name: '' })
    const all = JSON.stringify(await hub.store.list([]))
    expect(all).toContain(sha256(secret))
    expect(all).toContain(sha256(server.secret))
    expect(all).not.toContain(secret)
    expect(all).not.toContain(server.secret)
  })

  test('shows changes of the user and of the configuration at once', async () => {
    const hub = await openTestHub()
    const { secret } = await openSession(hub, await makeUser(hub, 'ada'))
    const admin = async () => (await principalOfSession(hub, secret))?.principal.scopes.get('proxy')
    expect(await admin()).toBeUndefined()
    await changeUser(hub, 'ada', { admin: true })
    expect(await admin()).toBe(true)
    await changeUser(hub, 'ada', { admin: false })
    expect(await admin()).toBeUndefined()
    hub.reload({ load_roles: [{ name: 'router', scopes: ['proxy'], users: ['ada'] }] })
    expect(await admin()).toBe(true)
    await deleteUser(hub, 'ada')
    expect(await principalOfSession(hub, secret)).toBeUndefined()
  })

  test.each(['', 'x', 'x'.repeat(43), 'x'.repeat(5000), 'a\u0000'])(
    'knows no %j',
    async (secret) => {
      const hub = await openTestHub()
      await makeUser(hub, 'ada')
      expect(await principalOfSession(hub, secret)).toBeUndefined()
      expect(await principalOfServerSession(hub, secret)).toBeUndefined()
      await closeSession(hub, secret)
      expect(await hub.store.count([])).toBe(2)
    },
  )

  test('one kind of secret is not the other', async () => {
    const hub = await openTestHub()
    const { secret, session } = await openSession(hub, await makeUser(hub, 'ada'))
    const server = await openServerSession(hub, session, { user: 'ada', name: '' })
    expect(await principalOfServerSession(hub, secret)).toBeUndefined()
    expect(await principalOfSession(hub, server.secret)).toBeUndefined()
  })

  test('a broken record is an error, never access', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const { secret, session } = await openSession(hub, ada)
    const other = await openSession(hub, ada)
    const server = await openServerSession(hub, session, { user: 'ada', name: '' })
    for (const value of [{ ...session, userId: 7 }, other.session, null]) {
      await hub.store.commit({ set: [{ key: keys.session(session.id), value }] })
      await expect(principalOfSession(hub, secret)).rejects.toMatchObject({ code: 'internal' })
      await expect(principalOfServerSession(hub, server.secret)).rejects.toMatchObject({
        code: 'internal',
      })
    }
  })
})

describe('server sessions', () => {
  test('open one server, with what the user may do', async () => {
    const hub = await openTestHub()
    const [ada] = await createUsers(hub, ['ada', 'bob'], { admin: true })
    const { session } = await openSession(hub, ada!)
    const { secret, expiresAt } = await openServerSession(hub, session, {
      user: 'bob',
      name: 'gpu',
    })
    expect(expiresAt).toBe(session.expiresAt)
    expect(await principalOfServerSession(hub, secret)).toEqual({
      kind: 'user',
      name: 'ada',
      id: ada!.id,
      admin: true,
      scopes: await scopesOfUser(hub, ada!),
      credential: {
        type: 'server-session',
        id: sha256(secret),
        sessionId: session.id,
        server: 'bob/gpu',
      },
      expiresAt,
    })
  })

  test('end with the session: signing out leaves nothing, and no other session is touched', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const one = await openSession(hub, ada)
    const two = await openSession(hub, ada)
    const server = { user: 'ada', name: '' }
    const ones = await openServerSession(hub, one.session, server)
    const twos = await openServerSession(hub, two.session, server)
    expect(await principalOfServerSession(hub, ones.secret)).toBeDefined()
    await closeSession(hub, one.secret)
    expect(await principalOfSession(hub, one.secret)).toBeUndefined()
    expect(await principalOfServerSession(hub, ones.secret)).toBeUndefined()
    expect(await principalOfSession(hub, two.secret)).toBeDefined()
    expect(await principalOfServerSession(hub, twos.secret)).toBeDefined()
    const all = JSON.stringify(await hub.store.list([]))
    expect(all).not.toContain(one.session.id)
    expect(all).not.toContain(sha256(ones.secret))
    await closeSession(hub, one.secret)
    await expect(openServerSession(hub, one.session, server)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('end when the session expires', async () => {
    const hub = await openTestHub()
    const { session } = await openSession(hub, await makeUser(hub, 'ada'))
    hub.clock.advance(13 * DAY)
    const { secret } = await openServerSession(hub, session, { user: 'ada', name: '' })
    hub.clock.advance(DAY - 1)
    expect(await principalOfServerSession(hub, secret)).toBeDefined()
    hub.clock.advance(1)
    expect(await principalOfServerSession(hub, secret)).toBeUndefined()
  })

  test("end when the server's owner is deleted, also when there is a new one of that name", async () => {
    const hub = await openTestHub()
    const [ada] = await createUsers(hub, ['ada', 'bob'], { admin: true })
    const { session } = await openSession(hub, ada!)
    const { secret } = await openServerSession(hub, session, { user: 'bob', name: '' })
    expect(await principalOfServerSession(hub, secret)).toBeDefined()
    await deleteUser(hub, 'bob')
    expect(await principalOfServerSession(hub, secret)).toBeUndefined()
    await expect(openServerSession(hub, session, { user: 'bob', name: '' })).rejects.toMatchObject({
      code: 'not_found',
    })
    await makeUser(hub, 'bob')
    expect(await principalOfServerSession(hub, secret)).toBeUndefined()
  })
})
