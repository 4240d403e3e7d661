import { describe, expect, it } from 'vitest'
import { dummyAuthenticator } from '../../src/auth/authenticators/dummy.ts'
import type { Authenticator } from '../../src/auth/authenticators/port.ts'
import { login } from '../../src/auth/login.ts'
import { LoginLimit } from '../../src/auth/login-limit.ts'
import { openAuthenticator } from '../../src/auth/open-authenticator.ts'
import { principalOfSession } from '../../src/hub/identity/sessions.ts'
import { findUser } from '../../src/hub/users/users.ts'
import type { ConfigInput } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'
import { makeUser } from '../support/people.ts'

const PASSWORD = 'correct horse'

async function setUp(
  config: ConfigInput,
  authenticator: Authenticator = dummyAuthenticator(PASSWORD),
) {
  const hub = await openTestHub({ config })
  const limit = new LoginLimit(hub.clock)
  const attempt = (username: string, password = PASSWORD, address = '192.0.2.1') =>
    login({ hub, authenticator, limit }, { username, password, address })
  return { hub, attempt }
}

describe('login', () => {
  it('makes the user and a session', async () => {
    const { hub, attempt } = await setUp({ allow_all: true })
    const outcome = await attempt('ada')
    expect(outcome).toMatchObject({ answer: 'signed-in', user: { name: 'ada', admin: false } })
    if (outcome.answer !== 'signed-in') return
    const found = await principalOfSession(hub, outcome.secret)
    expect(found?.principal).toMatchObject({ kind: 'user', name: 'ada', id: outcome.user.id })
  })

  it('keeps a user that exists, in another spelling too', async () => {
    const { hub, attempt } = await setUp({ allow_all: true })
    const ada = await makeUser(hub, 'ada')
    expect(await attempt('  ADA ')).toMatchObject({ answer: 'signed-in', user: { id: ada.id } })
  })

  it('makes an admin of whom the configuration names', async () => {
    const { attempt } = await setUp({ admin_users: ['Ops'] })
    expect(await attempt('ops')).toMatchObject({ answer: 'signed-in', user: { admin: true } })
  })

  it.each<[string, ConfigInput, string, boolean]>([
    ['nobody with empty lists', {}, 'ada', false],
    ['who is allowed', { allowed_users: ['ada'] }, 'ada', true],
    ['who is allowed, in another spelling', { allowed_users: ['Ada'] }, 'aDa', true],
    ['nobody else', { allowed_users: ['ada'] }, 'grace', false],
    ['admins', { admin_users: ['ada'] }, 'ada', true],
    ['everybody', { allow_all: true }, 'grace', true],
    ['no name that cannot be one', { allow_all: true }, '../etc', false],
    ['no empty name', { allow_all: true }, '  ', false],
    ['no name with controls', { allow_all: true }, 'ada\u0000', false],
  ])('lets in %s', async (_name, config, username, allowed) => {
    const { hub, attempt } = await setUp(config)
    expect((await attempt(username)).answer).toBe(allowed ? 'signed-in' : 'failed')
    expect((await findUser(hub, username.toLowerCase())) !== undefined).toBe(allowed)
  })

  it('does not let in a user who merely exists', async () => {
    const { hub, attempt } = await setUp({ allowed_users: ['grace'] })
    await makeUser(hub, 'ada')
    expect(await attempt('ada')).toEqual({ answer: 'failed' })
  })

  it.each(['', 'correct hors', 'correct horse ', 'CORRECT HORSE'])(
    'fails with password %j',
    async (password) => {
      const { hub, attempt } = await setUp({ allow_all: true })
      expect(await attempt('ada', password)).toEqual({ answer: 'failed' })
      expect(await findUser(hub, 'ada')).toBeUndefined()
    },
  )

  it('asks the authenticator alike, whoever tries', async () => {
    const asked: string[] = []
    const { hub, attempt } = await setUp(
      { allowed_users: ['ada'] },
      {
        kind: 'recording',
        version: '1',
        authenticate: async ({ username }) => {
          asked.push(username)
          return null
        },
      },
    )
    await makeUser(hub, 'ada')
    for (const name of ['ada', 'nobody', '../etc']) {
      expect(await attempt(name)).toEqual({ answer: 'failed' })
    }
    expect(asked).toEqual(['ada', 'nobody', '../etc'])
  })

  it('goes by the name that the authenticator gives', async () => {
    const fixed: Authenticator = {
      kind: 'fixed',
      version: '1',
      authenticate: async () => ({ name: 'Grace' }),
    }
    const { attempt } = await setUp({ allowed_users: ['grace'] }, fixed)
    expect(await attempt('ada')).toMatchObject({ answer: 'signed-in', user: { name: 'grace' } })
  })

  it('limits failures, existing user or not, and lets the right password in after the wait', async () => {
    const { hub, attempt } = await setUp({ allow_all: true })
    await makeUser(hub, 'ada')
    for (const name of ['ada', 'nobody']) {
      for (let i = 0; i < 10; i++)
        expect(await attempt(name, 'wrong')).toEqual({ answer: 'failed' })
      expect(await attempt(name)).toEqual({ answer: 'limited', retryAfter: 60 })
    }
    expect((await attempt('ada', PASSWORD, '192.0.2.9')).answer).toBe('signed-in')
    hub.clock.advance(60_000)
    expect((await attempt('ada')).answer).toBe('signed-in')
  })

  it('counts the spellings of a name as one', async () => {
    const { attempt } = await setUp({ allow_all: true })
    for (const name of ['ada', 'ADA', ' Ada', 'aDa ', 'adA']) {
      await attempt(name, 'wrong')
      await attempt(name, 'wrong')
    }
    expect((await attempt('ada')).answer).toBe('limited')
  })
})

describe('openAuthenticator', () => {
  it('takes the configured password, else the one made up', async () => {
    const configured = openAuthenticator({ kind: 'dummy', password: 'a' }, 'b')
    const madeUp = openAuthenticator({ kind: 'dummy' }, 'b')
    expect(await configured.authenticate({ username: 'x', password: 'a' })).toEqual({ name: 'x' })
    expect(await configured.authenticate({ username: 'x', password: 'b' })).toBeNull()
    expect(await madeUp.authenticate({ username: 'x', password: 'b' })).toEqual({ name: 'x' })
  })

  it('does not open without any', () => {
    expect(() => openAuthenticator({ kind: 'dummy' })).toThrow(TypeError)
  })
})
