import { describe, expect, it } from 'vitest'
import {
  authenticatorMark,
  endOutdatedSessions,
} from '../../../src/hub/identity/outdated-sessions.ts'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import type { ConfigInput } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, putOAuthToken } from '../../support/people.ts'

const withPassword = (password?: string): ConfigInput => ({
  authenticator: { kind: 'dummy', ...(password === undefined ? {} : { password }) },
})

async function setUp(password?: string) {
  const hub = await openTestHub({ config: withPassword(password) })
  const ada = await makeUser(hub, 'ada')
  const { secret, session } = await openSession(hub, ada)
  const isIn = async (on = hub) => (await principalOfSession(on, secret)) !== undefined
  return { hub, ada, secret, session, isIn }
}

describe('a new password', () => {
  it('ends the sessions from before, the cookies of their servers, and their OAuth tokens', async () => {
    const { hub, ada, session, isIn } = await setUp('correct horse')
    const server = await openServerSession(hub, session, { user: 'ada', name: '' })
    const token = await putOAuthToken(hub, ada, { session: session.sid })
    hub.reload(withPassword('battery staple'))
    expect(await isIn()).toBe(false)
    expect(await principalOfServerSession(hub, server.secret)).toBeUndefined()
    expect(await endOutdatedSessions(hub)).toBe(1)
    expect(await hub.store.get(token)).toBeUndefined()
    expect(await hub.store.count(['session'])).toBe(0)
    expect(await endOutdatedSessions(hub)).toBe(0)
  })

  it('ends them after a restart as well, and on every replica', async () => {
    const { hub, isIn } = await setUp('correct horse')
    const other = await hub.another(withPassword('battery staple'))
    expect(await isIn(other)).toBe(false)
    expect(await endOutdatedSessions(other)).toBe(1)
    await expect.poll(() => isIn()).toBe(false)
  })

  it('ends none that began with it', async () => {
    const { hub, ada } = await setUp('correct horse')
    hub.reload(withPassword('battery staple'))
    const { secret } = await openSession(hub, ada)
    expect(await endOutdatedSessions(hub)).toBe(1)
    expect(await principalOfSession(hub, secret)).toBeDefined()
  })

  it.each([
    ['set where one was made up', undefined, 'correct horse'],
    ['made up where one was set', 'correct horse', undefined],
  ])('ends them when it is %s', async (_what, before, after) => {
    const { hub, isIn } = await setUp(before)
    hub.reload(withPassword(after))
    expect(await isIn()).toBe(false)
  })
})

it.each([[undefined], ['correct horse']])(
  'a reload with the same password %s ends none',
  async (password) => {
    const { hub, isIn } = await setUp(password)
    hub.reload({ ...withPassword(password), allow_all: true })
    expect(await isIn()).toBe(true)
    expect(await endOutdatedSessions(hub)).toBe(0)
    expect(await isIn(await hub.another())).toBe(true)
  },
)

it('a session from before there were marks stays', async () => {
  const { hub, session, isIn } = await setUp('correct horse')
  const { mark: _, ...old } = session
  await hub.store.commit({ set: [{ key: keys.session(session.id), value: old }] })
  hub.reload(withPassword('battery staple'))
  await expect.poll(() => isIn()).toBe(true)
  expect(await endOutdatedSessions(hub)).toBe(0)
})

it('a mark is short, tells sessions apart and does not hold the password', async () => {
  const { hub, ada, session } = await setUp('correct horse')
  const again = await openSession(hub, ada)
  expect(session.mark).toMatch(/^[0-9a-f]{8}$/)
  expect(again.session.mark).not.toBe(session.mark)
  expect(session.mark).toBe(authenticatorMark(hub.snapshot().config, session.id))
  expect(JSON.stringify(await hub.store.list([]))).not.toContain('correct horse')
})

it('a broken session keeps the hub from nothing, and the others from ending', async () => {
  const { hub, ada, isIn } = await setUp('correct horse')
  const eve = await makeUser(hub, 'eve')
  const broken = await openSession(hub, eve)
  await openSession(hub, eve)
  await hub.store.commit({ set: [{ key: keys.session(broken.session.id), value: { user: 7 } }] })
  hub.reload(withPassword('battery staple'))
  expect(await endOutdatedSessions(hub)).toBe(1)
  expect(await isIn()).toBe(false)
  expect(await hub.store.count(keys.sessionsOf(ada.id))).toBe(0)
})
