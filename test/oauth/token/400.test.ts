import { describe, expect, test } from 'vitest'
import { principalOfToken } from '../../../src/hub/identity/identity.ts'
import { closeSession } from '../../../src/hub/identity/session-ends.ts'
import { keys } from '../../../src/hub/keys.ts'
import { oauthClient } from '../../../src/hub/oauth/clients.ts'
import { exchangeCode } from '../../../src/hub/oauth/exchange.ts'
import { ORIGIN } from '../../pages/site.ts'
import { putServer } from '../../support/people.ts'
import type { Params } from '../world.ts'
import {
  authorizePath,
  codeFor,
  exchangeForm,
  LAB,
  openWorld,
  PORTAL,
  QUICK,
  S256,
  TOKEN,
  VERIFIER,
} from '../world.ts'

const INVALID_GRANT = { error: 'invalid_grant' }

const invalidRequest = (error_description: string) => ({
  error: 'invalid_request',
  error_description,
})

const without = (form: Params, name: string): Params =>
  Object.fromEntries(Object.entries(form).filter(([one]) => one !== name))

describe('POST oauth2/token, invalid_request', () => {
  test('says what is missing', async () => {
    const { exchange } = await openWorld()
    const answer = await exchange(without(exchangeForm(LAB, 'x'), 'code'))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(invalidRequest('Missing code parameter.'))
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  test.each([
    'grant_type',
    'code',
    'redirect_uri',
    'client_id',
    'client_secret',
    'code_verifier',
    'scope',
  ])('refuses %s twice, even when both are the same', async (name) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB, S256)
    const good = exchangeForm(LAB, code, { code_verifier: VERIFIER, scope: '' })
    const form = new URLSearchParams(good)
    form.append(name, form.get(name) ?? '')
    const answer = await exchange(form.toString())
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(invalidRequest(`Duplicate ${name} parameter.`))
    expect((await exchange(good)).status).toBe(200)
  })

  test('takes nothing from the URL', async () => {
    const { app, exchange, signedIn } = await openWorld()
    const good = exchangeForm(LAB, await codeFor(await signedIn('ada'), LAB))
    const body = new URLSearchParams(without(good, 'client_secret')).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const path = `${ORIGIN}${TOKEN}?client_secret=${LAB.client_secret}`
    const answer = await app.request(path, { method: 'POST', headers: type, body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual(invalidRequest('URL query parameters are not allowed'))
    expect((await exchange(good)).status).toBe(200)
  })

  test.each([
    '/user/ada/oauth_callback/',
    '/user/ada/oauth_callback?',
    '/user/ada/oauth%5Fcallback',
    '/USER/ada/oauth_callback',
    'http://localhost/user/ada/oauth_callback',
    'https://evil.example/',
    '//localhost/user/ada/oauth_callback',
    '/user/ada/./oauth_callback',
    '/user/ada/oauth_callback ',
    '',
  ])('wants the redirect URI that the code went to, not %j', async (redirect_uri) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const answer = await exchange(exchangeForm(LAB, code, { redirect_uri }))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(invalidRequest('Mismatching redirect URI.'))
  })

  test('wants the verifier of a challenge', async () => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB, S256)
    const answer = await exchange(exchangeForm(LAB, code))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(invalidRequest('Code verifier required.'))
  })

  test('wants a verifier where the configuration insists on PKCE since', async () => {
    const { exchange, hub, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    hub.reload({ ...hub.snapshot().config, oauth_require_pkce: true })
    expect((await exchange(exchangeForm(LAB, code))).body).toEqual(
      invalidRequest('Code verifier required.'),
    )
    const form = exchangeForm(LAB, code, { code_verifier: VERIFIER })
    expect((await exchange(form)).body).toEqual(INVALID_GRANT)
  })

  test('takes one way of proving who the client is', async () => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const pair = `${LAB.client_id}:${LAB.client_secret}`
    const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    const answer = await exchange(exchangeForm(LAB, code), { authorization })
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(invalidRequest('Send the client secret once.'))
  })
})

describe('POST oauth2/token, unsupported_grant_type', () => {
  test.each([
    'password',
    'client_credentials',
    'refresh_token',
    'openid',
    'AUTHORIZATION_CODE',
    '',
  ])('exchanges no %j', async (grant_type) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const answer = await exchange(exchangeForm(LAB, code, { grant_type }))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ error: 'unsupported_grant_type' })
  })

  test('reads forms only', async () => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    for (const [type, body] of [
      ['application/json', JSON.stringify(exchangeForm(LAB, code))],
      ['text/plain', new URLSearchParams(exchangeForm(LAB, code)).toString()],
      ['application/x-www-form-urlencoded', ''],
    ] as const) {
      const answer = await exchange(body, { 'content-type': type })
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual({ error: 'unsupported_grant_type' })
    }
  })
})

describe('POST oauth2/token, invalid_grant', () => {
  test.each(['', 'x', 'x'.repeat(43), 'x'.repeat(60_000), '../../token', "' OR 1=1", '\u0000'])(
    'knows no code %#',
    async (code) => {
      const { exchange } = await openWorld()
      const answer = await exchange(exchangeForm(LAB, code))
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual(INVALID_GRANT)
    },
  )

  test('knows no code of another client', async () => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('grace'), PORTAL)
    const answer = await exchange(exchangeForm(QUICK, code))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(INVALID_GRANT)
    expect((await exchange(exchangeForm(PORTAL, code))).status).toBe(200)
  })

  test.each([
    ['x'.repeat(43)],
    [VERIFIER.toUpperCase()],
    [S256.code_challenge],
    [`${VERIFIER} `],
    [''],
  ])('does not take the verifier %j', async (code_verifier) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB, S256)
    const answer = await exchange(exchangeForm(LAB, code, { code_verifier }))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(INVALID_GRANT)
  })

  test('takes no verifier for a sign-in that was begun without a challenge', async () => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const answer = await exchange(exchangeForm(LAB, code, { code_verifier: VERIFIER }))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(INVALID_GRANT)
  })

  test('takes a code for five minutes', async () => {
    const { exchange, hub, signedIn } = await openWorld()
    const browser = await signedIn('ada')
    const [early, late] = [await codeFor(browser, LAB), await codeFor(browser, LAB)]
    hub.clock.advance(299_999)
    expect((await exchange(exchangeForm(LAB, early))).status).toBe(200)
    hub.clock.advance(1)
    const answer = await exchange(exchangeForm(LAB, late))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(INVALID_GRANT)
  })

  test('ends with a second use what came of the first, days later too', async () => {
    const { exchange, hub, signedIn } = await openWorld()
    const browser = await signedIn('ada')
    const [code, other] = [await codeFor(browser, LAB), await codeFor(browser, LAB)]
    const { body } = await exchange(exchangeForm(LAB, code))
    const kept = (await exchange(exchangeForm(LAB, other))).body.access_token
    hub.clock.advance(24 * 3_600_000)
    // A client that the code was not for ends nothing.
    expect((await exchange(exchangeForm(QUICK, code))).body).toEqual(INVALID_GRANT)
    expect(await principalOfToken(hub, body.access_token)).toBeDefined()
    for (let again = 0; again < 2; again++) {
      expect((await exchange(exchangeForm(LAB, code))).body).toEqual(INVALID_GRANT)
      expect(await principalOfToken(hub, body.access_token)).toBeUndefined()
    }
    expect(await principalOfToken(hub, kept)).toBeDefined()
    expect(await hub.store.list(keys.tokensOfClient(LAB.client_id))).toHaveLength(1)
  })

  test('gives one token to fifty who send a code at once, and the others end it', async () => {
    const world = await openWorld()
    const { hub } = world
    const other = await hub.another(hub.snapshot().config)
    const code = await codeFor(await world.signedIn('ada'), LAB)
    const attempts = Array.from({ length: 50 }, async (_, i) => {
      const replica = i % 2 === 0 ? hub : other
      const client = await oauthClient(replica, LAB.client_id)
      if (client === undefined) throw new Error('no client')
      const about = { client, code, redirectUri: LAB.redirect_uri, verifier: undefined }
      return exchangeCode(replica, about)
    })
    const answers = await Promise.all(attempts)
    const issued = answers.filter(({ answer }) => answer === 'issued')
    expect(issued).toHaveLength(1)
    expect(answers.filter(({ answer }) => answer === 'refused')).toHaveLength(49)
    const [one] = issued
    if (one?.answer !== 'issued') throw new Error('not issued')
    expect(await hub.store.get(keys.token(one.record.digest))).toBeUndefined()
    expect(await hub.store.list(keys.tokensOfClient(LAB.client_id))).toEqual([])
    expect(await hub.store.list(keys.tokensOfSession(one.record.session ?? ''))).toEqual([])
  })
})

describe('POST oauth2/token, what a code rests on', () => {
  test('the sign-in in which it was given', async () => {
    const { exchange, hub, signedIn } = await openWorld()
    const browser = await signedIn('ada')
    const code = await codeFor(browser, LAB)
    const login = [...browser.cookies.values()].find(({ name }) => name === 'hubgate-login')
    await closeSession(hub, login?.value ?? '')
    await browser.signIn('ada')
    expect((await exchange(exchangeForm(LAB, code))).body).toEqual(INVALID_GRANT)
  })

  test('the user, not their name', async () => {
    const { call, exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('grace'), QUICK)
    await call('DELETE', '/users/grace')
    await call('POST', '/users/grace')
    expect((await exchange(exchangeForm(QUICK, code))).body).toEqual(INVALID_GRANT)
  })

  test('goes on when the user is renamed', async () => {
    const { call, exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('grace'), QUICK)
    await call('PATCH', '/users/grace', undefined, { name: 'hopper' })
    const { body } = await exchange(exchangeForm(QUICK, code))
    expect((await call('GET', '/user', body.access_token)).body.name).toBe('hopper')
  })

  test('the run of the server', async () => {
    const { ada, exchange, hub, runServer, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    await runServer(ada, '', 'secret-of-the-next-run')
    const next = { ...LAB, client_secret: 'secret-of-the-next-run' }
    expect((await exchange(exchangeForm(next, code))).body).toEqual(INVALID_GRANT)
    await putServer(hub, ada, '', { wanted: 'stopped', phase: 'stopped' })
    expect((await exchange(exchangeForm(next, code))).status).toBe(401)
  })

  test('the redirect URI that the client still has', async () => {
    const { exchange, hub, signedIn } = await openWorld()
    const browser = await signedIn('grace')
    const code = await codeFor(browser, PORTAL)
    const { config } = hub.snapshot()
    const moved = 'https://portal.example/moved'
    hub.reload({
      ...config,
      services: config.services.map((service) =>
        service.name === 'portal' ? { ...service, oauth_redirect_uri: moved } : service,
      ),
    })
    for (const redirect_uri of [PORTAL.redirect_uri, moved]) {
      const answer = await exchange(exchangeForm(PORTAL, code, { redirect_uri }))
      expect(answer.body).toEqual(invalidRequest('Mismatching redirect URI.'))
    }
    expect((await browser.get(authorizePath(PORTAL))).status).toBe(400)
  })
})
