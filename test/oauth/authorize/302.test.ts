import { describe, expect, test } from 'vitest'
import { makeUser } from '../../support/people.ts'
import type { Registered } from '../world.ts'
import {
  agree,
  authorizePath,
  exchangeForm,
  LAB,
  openWorld,
  PORTAL,
  QUICK,
  S256,
  sentBack,
  shownScopes,
  tokenFor,
} from '../world.ts'

const CODE = /^[\w-]{43}$/

describe('GET oauth2/authorize', () => {
  test('sends whoever is not signed in to sign in, and back', async () => {
    const { browser } = await openWorld()
    const path = authorizePath(QUICK)
    const answer = await browser().get(path)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(`/hub/login?next=${encodeURIComponent(path)}`)
  })

  test('asks nobody about a service that the operator vouches for', async () => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('grace')).get(authorizePath(QUICK))
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toMatch(/^\/services\/quick\/oauth_callback\?code=/)
    expect(sentBack(answer)).toEqual({ code: expect.stringMatching(CODE), state: 'a state' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('strict-origin')
  })

  test('asks nobody about their own servers', async () => {
    const { ada, runServer, signedIn } = await openWorld()
    await runServer(ada, 'gpu', 'secret-of-gpu')
    const browser = await signedIn('ada')
    expect(sentBack(await browser.get(authorizePath(LAB)))['code']).toMatch(CODE)
    const gpu = {
      client_id: 'jupyterhub-user-ada-gpu',
      redirect_uri: '/user/ada/gpu/oauth_callback',
    } as Registered
    expect(sentBack(await browser.get(authorizePath(gpu)))['code']).toMatch(CODE)
  })

  test('needs neither redirect URI nor state', async () => {
    const { signedIn } = await openWorld()
    const more = { redirect_uri: undefined, state: undefined }
    const answer = await (await signedIn('ada')).get(authorizePath(LAB, more))
    expect(answer.headers.get('location')).toMatch(/^\/user\/ada\/oauth_callback\?code=[\w-]{43}$/)
  })

  test('asks once: not for what was given before, but for more', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('grace')
    const few = authorizePath(PORTAL, { scope: 'read:users!user' })
    const more = authorizePath(PORTAL, { scope: 'read:users!user servers!user' })
    const page = await browser.get(few)
    expect(page.status).toBe(200)
    const { code = '' } = sentBack(await agree(browser, few, shownScopes(await page.text())))
    // Until the client has its token, nothing is given.
    expect((await browser.get(few)).status).toBe(200)
    await world.exchange(exchangeForm(PORTAL, code))
    expect(sentBack(await browser.get(few))['code']).toMatch(CODE)
    expect((await browser.get(more)).status).toBe(200)
    // Another person is asked.
    expect((await (await world.signedIn('ada')).get(few)).status).toBe(200)
  })

  test('asks again once the tokens are revoked', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('grace')
    const token = await tokenFor(world, browser, PORTAL)
    expect((await browser.get(authorizePath(PORTAL))).status).toBe(302)
    const { body } = await world.call('GET', '/user', token)
    await world.call('DELETE', `/users/grace/tokens/${body.token_id}`)
    expect((await browser.get(authorizePath(PORTAL))).status).toBe(200)
  })

  test('tells two clients of one id apart by where they lead', async () => {
    const { ada, hub, runServer, signedIn } = await openWorld()
    const twin = await makeUser(hub, 'ada-gpu')
    await runServer(ada, 'gpu', 'secret-of-the-named-server')
    await runServer(twin, '', 'secret-of-the-twin')
    const id = 'jupyterhub-user-ada-gpu'
    const named = { client_id: id, redirect_uri: '/user/ada/gpu/oauth_callback' } as Registered
    const other = { client_id: id, redirect_uri: '/user/ada-gpu/oauth_callback' } as Registered
    const browser = await signedIn('ada')
    expect(sentBack(await browser.get(authorizePath(named)))['code']).toMatch(CODE)
    // JupyterHub would take the twin's server for one of ada's own.
    expect((await browser.get(authorizePath(other))).status).toBe(403)
    expect((await browser.get(authorizePath(named, { redirect_uri: undefined }))).status).toBe(400)
  })

  test('keeps what stands in the redirect URI already', async () => {
    const { signedIn } = await openWorld()
    const browser = await signedIn('grace')
    const path = authorizePath(PORTAL, S256)
    const answer = await agree(browser, path, [])
    expect(answer.headers.get('location')).toMatch(
      /^https:\/\/portal\.example\/callback\?from=hub&code=[\w-]{43}&state=a\+state$/,
    )
  })
})

describe('GET oauth2/authorize, told to the client', () => {
  test.each([
    [{ response_type: undefined }, 'invalid_request', 'Missing response_type parameter.'],
    [{ response_type: 'token' }, 'unsupported_response_type', undefined],
    [{ response_type: 'code token' }, 'unsupported_response_type', undefined],
    [{ response_type: 'none' }, 'unsupported_response_type', undefined],
    [{ response_mode: 'fragment' }, 'invalid_request', 'Unsupported response mode.'],
    [
      { ...S256, code_challenge_method: 'S512' },
      'invalid_request',
      'Transform algorithm not supported.',
    ],
    [{ code_challenge: 'short' }, 'invalid_request', 'Code challenge is not valid.'],
    [{ code_challenge: '' }, 'invalid_request', 'Code challenge is not valid.'],
    [{ scope: '' }, 'invalid_scope', undefined],
    [{ scope: ' ' }, 'invalid_scope', undefined],
    [{ scope: 'no:such' }, 'invalid_scope', undefined],
    [{ scope: 'read:users!user no:such' }, 'invalid_scope', undefined],
    [{ scope: 'admin:users' }, 'invalid_scope', undefined],
    [{ scope: 'servers' }, 'invalid_scope', undefined],
    [{ scope: 'inherit' }, 'invalid_scope', undefined],
    [{ scope: 'admin' }, 'invalid_scope', undefined],
    [{ scope: 'read:users!server=ada/' }, 'invalid_scope', undefined],
  ])('%j is %s', async (more, error, description) => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('grace')).get(authorizePath(PORTAL, more))
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toMatch(
      /^https:\/\/portal\.example\/callback\?from=hub&/,
    )
    expect(sentBack(answer)).toEqual({
      ...{ from: 'hub', error, state: 'a state' },
      ...(description === undefined ? {} : { error_description: description }),
    })
  })

  test('PKCE where the configuration insists on it', async () => {
    const { signedIn } = await openWorld({ oauth_require_pkce: true })
    const browser = await signedIn('ada')
    expect(sentBack(await browser.get(authorizePath(LAB)))).toEqual({
      error: 'invalid_request',
      error_description: 'Code challenge required.',
      state: 'a state',
    })
    expect(sentBack(await browser.get(authorizePath(LAB, S256)))['code']).toMatch(CODE)
  })
})

describe('POST oauth2/authorize', () => {
  test('gives what was shown, or less', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('grace')
    const path = authorizePath(PORTAL)
    const shown = shownScopes(await (await browser.get(path)).text())
    expect(shown).toContain('servers!user')
    for (const [chosen, extra] of [
      [shown, shown],
      [['servers!user'], ['servers!user']],
      [['identify'], []],
      [[], []],
    ] as const) {
      const { code = '' } = sentBack(await agree(browser, path, chosen))
      const { body } = await world.exchange(exchangeForm(PORTAL, code))
      const always = [
        'access:services!service=portal',
        'read:users:groups!user',
        'read:users:name!user',
      ]
      expect(body.scope.split(' ')).toEqual([...new Set([...always, ...extra])].sort())
    }
  })

  test.each(['admin:users', 'inherit', 'servers', 'list:users', 'servers!user=ada', ''])(
    'gives nothing when it is sent more: %j',
    async (scope) => {
      const world = await openWorld()
      const browser = await world.signedIn('grace')
      const path = authorizePath(PORTAL, { scope: 'servers!user' })
      const answer = await agree(browser, path, ['servers!user', scope])
      expect(sentBack(answer)).toEqual({ from: 'hub', error: 'invalid_scope', state: 'a state' })
    },
  )

  test('tells the client that somebody refused', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('grace')
    const answer = await agree(browser, authorizePath(PORTAL), [], { decision: 'deny' })
    expect(sentBack(answer)).toEqual({ from: 'hub', error: 'access_denied', state: 'a state' })
  })
})
