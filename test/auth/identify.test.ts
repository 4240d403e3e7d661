import { describe, expect, it } from 'vitest'
import { LOGIN_COOKIE } from '../../src/auth/cookies.ts'
import { identifySession } from '../../src/auth/identify-session.ts'
import { identifyToken } from '../../src/auth/identify-token.ts'
import { closeSession } from '../../src/hub/identity/session-ends.ts'
import { openSession } from '../../src/hub/identity/sessions.ts'
import { issueToken } from '../../src/hub/tokens/tokens.ts'
import { openTestHub } from '../support/hub.ts'
import { makeUser, ownerOf } from '../support/people.ts'

async function setUp() {
  const hub = await openTestHub()
  const ada = await makeUser(hub, 'ada')
  const expiresAt = hub.clock.now() + 1000
  const { token } = await issueToken(hub, {
    owner: ownerOf(ada),
    scopes: ['inherit'],
    note: '',
    expiresAt,
  })
  return { hub, ada, token }
}

describe('identifyToken', () => {
  it.each(['token', 'bearer', 'Token', 'BEARER'])('takes the scheme %s', async (scheme) => {
    const { hub, token } = await setUp()
    const identity = await identifyToken(hub, `${scheme} ${token}`)
    expect(identity).toMatchObject({ answer: 'principal', principal: { name: 'ada' } })
  })

  it.each([undefined, '', 'Basic YTpi', 'Digest x', 'Negotiate', 'tokenx abc', 'bearers x'])(
    'leaves %j to others',
    async (header) => {
      const { hub } = await setUp()
      expect(await identifyToken(hub, header)).toEqual({ answer: 'not-mine' })
    },
  )

  it.each(['token', 'Bearer ', 'token a b', 'bearer unknown', 'token  '])(
    'refuses %j and says it in JupyterHub’s words',
    async (header) => {
      const { hub } = await setUp()
      expect(await identifyToken(hub, header)).toMatchObject({
        answer: 'refused',
        error: { code: 'unauthenticated', publicMessage: 'Missing or invalid credentials.' },
      })
    },
  )

  it('refuses two words even if one is good', async () => {
    const { hub, token } = await setUp()
    expect(await identifyToken(hub, `token ${token} x`)).toMatchObject({ answer: 'refused' })
  })

  it('refuses an expired one', async () => {
    const { hub, token } = await setUp()
    hub.clock.advance(1000)
    expect(await identifyToken(hub, `token ${token}`)).toMatchObject({ answer: 'refused' })
  })
})

describe('identifySession', () => {
  it('finds the one that verifies among cookies of that name', async () => {
    const { hub, ada } = await setUp()
    const { secret, session } = await openSession(hub, ada)
    const stale = 'x'.repeat(43)
    const header = `a=1; ${LOGIN_COOKIE}=${stale}; ${LOGIN_COOKIE}=${secret}`
    const identity = await identifySession(hub, header)
    expect(identity).toMatchObject({
      answer: 'principal',
      principal: { name: 'ada', credential: { type: 'session' } },
      session: { xsrf: session.xsrf },
      secret,
    })
  })

  it('knows nobody when cookies of that name stand for different people', async () => {
    const { hub, ada } = await setUp()
    const [own, again] = [await openSession(hub, ada), await openSession(hub, ada)]
    const { secret: tossed } = await openSession(hub, await makeUser(hub, 'mallory'))
    const cookies = (...secrets: string[]) =>
      secrets.map((one) => `${LOGIN_COOKIE}=${one}`).join('; ')
    for (const header of [cookies(own.secret, tossed), cookies(tossed, own.secret)]) {
      expect(await identifySession(hub, header)).toEqual({ answer: 'not-mine' })
    }
    const both = await identifySession(hub, cookies(own.secret, again.secret))
    expect(both).toMatchObject({ answer: 'principal', secret: own.secret })
  })

  it('knows nobody without a cookie, with a stale one, with a token in its place', async () => {
    const { hub, ada, token } = await setUp()
    const { secret } = await openSession(hub, ada)
    await closeSession(hub, secret)
    const headers = [undefined, '', `${LOGIN_COOKIE}=${secret}`, `${LOGIN_COOKIE}=${token}`]
    for (const header of headers) {
      expect(await identifySession(hub, header)).toEqual({ answer: 'not-mine' })
    }
  })
})
