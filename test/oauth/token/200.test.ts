import { describe, expect, test } from 'vitest'
import { listTokens } from '../../../src/hub/tokens/tokens.ts'
import { OPS } from '../../api/harness.ts'
import { ownerOf } from '../../support/people.ts'
import {
  codeFor,
  exchangeForm,
  LAB,
  openWorld,
  PORTAL,
  QUICK,
  S256,
  tokenFor,
  VERIFIER,
} from '../world.ts'

const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

describe('POST oauth2/token', () => {
  test('gives a notebook token for a server', async () => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB)
    const { status, headers, body } = await world.exchange(exchangeForm(LAB, code))
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(headers.get('x-jupyterhub-version')).toMatch(/^\d/)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^hgn_\w{44}$/),
      expires_in: 1_209_600,
      token_type: 'Bearer',
      scope: 'access:servers!server=ada/ read:users:groups!user read:users:name!user',
    })
    const whoAmI = await world.call('GET', '/user', body.access_token)
    expect(whoAmI.body).toMatchObject({
      name: 'ada',
      kind: 'user',
      token_id: expect.stringMatching(/^a\d+$/),
      session_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      scopes: [
        'access:servers!server=ada/',
        'read:users:groups!user=ada',
        'read:users:name!user=ada',
      ],
    })
    expect((await world.call('GET', '/users/ada', body.access_token)).status).toBe(403)
  })

  test('gives a hub token for a service, which says who somebody is', async () => {
    const world = await openWorld()
    const token = await tokenFor(world, await world.signedIn('grace'), QUICK)
    expect(token).toMatch(/^hgh_/)
    const { body } = await world.call('GET', '/user', token)
    expect(body).toMatchObject({
      name: 'grace',
      groups: ['crew'],
      scopes: [
        'access:services!service=quick',
        'read:users:groups!user=grace',
        'read:users:name!user=grace',
      ],
    })
    expect((await world.call('GET', '/users/grace/tokens', token)).status).toBe(403)
    expect((await world.call('POST', '/users/grace/tokens', token)).status).toBe(403)
  })

  test('gives what was agreed to, within what the visitor may do at the time', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('ada')
    const token = await tokenFor(world, browser, PORTAL)
    const users = async () => (await world.call('GET', '/users', token)).body
    expect((await users()).map(({ name }: { name: string }) => name).sort()).toEqual([
      'ada',
      'grace',
    ])
    world.hub.reload({
      ...world.hub.snapshot().config,
      load_roles: [{ name: 'visitors', scopes: ['access:services'], groups: ['crew'] }],
    })
    expect((await world.call('GET', '/users', token)).status).toBe(403)
    expect((await world.call('GET', '/user', token)).body.scopes).toContain('servers!user=ada')
  })

  test.each([{ user: 'grace' }, { group: 'crew' }])(
    'opens a server that is shared with %j, as long as it is',
    async (grantee) => {
      const world = await openWorld()
      const shared = await world.call('POST', '/shares/ada/', undefined, grantee)
      expect(shared.status).toBe(200)
      const token = await tokenFor(world, await world.signedIn('grace'), LAB)
      const scopes = async () => (await world.call('GET', '/user', token)).body.scopes
      expect(await scopes()).toContain('access:servers!server=ada/')
      await world.call('PATCH', '/shares/ada/', undefined, grantee)
      expect(await scopes()).toEqual(['read:users:groups!user=grace', 'read:users:name!user=grace'])
    },
  )

  test('is shown with the client and the sign-in', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('ada')
    const token = await tokenFor(world, browser, LAB)
    const { session_id, token_id } = (await world.call('GET', '/user', token)).body
    const shown = await world.call('GET', `/users/ada/tokens/${token_id}`)
    expect(shown.body).toMatchObject({
      user: 'ada',
      token_kind: 'notebook',
      oauth_client: 'Server at /user/ada/',
      note: '',
      session_id,
    })
    const cookie = [...browser.cookies.values()].find(
      ({ name }) => name === 'jupyterhub-session-id',
    )
    expect(cookie?.value).toBe(session_id)
    const mine = await world.call('GET', '/user', OPS)
    expect(mine.body.session_id).toBeNull()
  })

  test('knows the client by HTTP Basic as well', async () => {
    const world = await openWorld()
    const { client_id, client_secret, redirect_uri } = QUICK
    const code = await codeFor(await world.signedIn('grace'), QUICK)
    const form = { grant_type: 'authorization_code', code, redirect_uri }
    const authorization = basic(client_id, encodeURIComponent(client_secret))
    expect((await world.exchange(form, { authorization })).status).toBe(200)
  })

  test('takes the hub token that JupyterHub’s clients send beside their secret', async () => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB, S256)
    const form = exchangeForm(LAB, code, { code_verifier: VERIFIER })
    const authorization = `token ${LAB.client_secret}`
    expect((await world.exchange(form, { authorization })).status).toBe(200)
  })

  test('takes a form in another spelling of its type', async () => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB)
    const type = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }
    expect((await world.exchange(exchangeForm(LAB, code), type)).status).toBe(200)
  })

  test('does without the redirect URI, since there is but one', async () => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB)
    const { redirect_uri: _, ...form } = exchangeForm(LAB, code)
    expect((await world.exchange(form as Record<string, string>)).status).toBe(200)
  })

  test.each([
    [S256, VERIFIER],
    [{ code_challenge: VERIFIER, code_challenge_method: 'plain' }, VERIFIER],
    [{ code_challenge: VERIFIER }, VERIFIER],
  ])('takes the verifier of %j', async (challenge, code_verifier) => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB, challenge)
    expect((await world.exchange(exchangeForm(LAB, code, { code_verifier }))).status).toBe(200)
  })

  test('lasts as long as the configuration says, within the sign-in', async () => {
    const world = await openWorld({ oauth_token_expires_in: 600 })
    const browser = await world.signedIn('ada')
    const { body } = await world.exchange(exchangeForm(LAB, await codeFor(browser, LAB)))
    expect(body.expires_in).toBe(600)
    world.hub.clock.advance(599_000)
    expect((await world.call('GET', '/user', body.access_token)).status).toBe(200)
    world.hub.clock.advance(2000)
    expect((await world.call('GET', '/user', body.access_token)).status).toBe(403)
    world.hub.reload({ ...world.hub.snapshot().config, oauth_token_expires_in: 9_000_000 })
    const last = await world.exchange(exchangeForm(LAB, await codeFor(browser, LAB)))
    expect(last.body.expires_in).toBe(14 * 24 * 60 * 60 - 601)
  })

  test('a failed attempt leaves the code as it was', async () => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB, S256)
    const good = exchangeForm(LAB, code, { code_verifier: VERIFIER })
    for (const bad of [
      { ...good, code_verifier: 'x'.repeat(43) },
      { ...good, client_secret: 'wrong' },
      { ...good, redirect_uri: '/user/ada/elsewhere' },
      exchangeForm(QUICK, code, { code_verifier: VERIFIER }),
    ]) {
      expect((await world.exchange(bad)).status).not.toBe(200)
    }
    expect((await world.exchange(good)).status).toBe(200)
  })

  test('keeps neither the code nor the token', async () => {
    const world = await openWorld()
    const code = await codeFor(await world.signedIn('ada'), LAB)
    const { body } = await world.exchange(exchangeForm(LAB, code))
    const kept = JSON.stringify(await world.hub.store.list([]))
    expect(kept).not.toContain(code)
    expect(kept).not.toContain(body.access_token)
    const tokens = await listTokens(world.hub, ownerOf(world.ada))
    expect(tokens.filter(({ client }) => client === LAB.client_id)).toHaveLength(1)
  })
})
