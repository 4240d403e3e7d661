import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  discovery,
  fetchProtectedResource,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GatewayProcess } from '../support/gateway-process.ts'
import { HttpBrowser } from '../support/http-browser.ts'

const SECRET = 'secret-of-the-portal-0123456789abcdef'
const REDIRECT_URI = 'http://portal.test/callback'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    services: [
      {
        name: 'portal',
        api_token: SECRET,
        oauth_redirect_uri: REDIRECT_URI,
        oauth_no_confirm: true,
      },
    ],
    load_roles: [{ name: 'visitors', scopes: ['access:services'], users: ['ada'] }],
  })
})

afterAll(() => gateway[Symbol.asyncDispose]())

/** What a browser in which ada is signed in is answered; no redirect is followed. */
async function asAda(address: URL): Promise<Response> {
  const browser = new HttpBrowser()
  await browser.signIn(gateway.url, 'ada')
  const headers = { accept: 'text/html', cookie: browser.cookiesFor(address.pathname) }
  return fetch(address, { redirect: 'manual', headers })
}

/** The client, set up from nothing but the gateway's address. */
function client(how = ClientSecretPost(SECRET)) {
  const issuer = new URL(gateway.url)
  return discovery(issuer, 'service-portal', {}, how, {
    algorithm: 'oauth2',
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the gateway of a test has no TLS
    execute: [allowInsecureRequests],
  })
}

describe('an ordinary OAuth2 client', () => {
  test.each([
    ['client_secret_post', ClientSecretPost(SECRET)],
    ['client_secret_basic', ClientSecretBasic(SECRET)],
  ])('signs somebody in from the metadata alone, with %s', async (_, how) => {
    const config = await client(how)
    const verifier = randomPKCECodeVerifier()
    const state = randomState()
    const address = buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    })

    const sent = await asAda(address)
    expect(sent.status).toBe(302)
    const back = new URL(sent.headers.get('location') ?? '')
    expect(back.href).toMatch(/^http:\/\/portal\.test\/callback\?code=/)

    const tokens = await authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    })
    expect(tokens.token_type).toBe('bearer')
    expect(tokens.expiresIn()).toBeGreaterThan(1_000_000)
    const whoAmI = await fetchProtectedResource(
      config,
      tokens.access_token,
      new URL(`${gateway.url}/hub/api/user`),
      'GET',
    )
    expect(await whoAmI.json()).toMatchObject({ name: 'ada', kind: 'user' })

    const again = authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    })
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
  })

  test('is told in OAuth’s words what is wrong', async () => {
    const config = await client()
    const back = new URL(`${REDIRECT_URI}?code=${'x'.repeat(43)}&state=s`)
    const checks = { expectedState: 's', pkceCodeVerifier: randomPKCECodeVerifier() }
    await expect(authorizationCodeGrant(config, back, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    const wrong = await client(ClientSecretPost('wrong'))
    await expect(authorizationCodeGrant(wrong, back, checks)).rejects.toMatchObject({
      status: 401,
    })
  })
})

describe('the address of the provider', () => {
  const at = (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init })

  test('is one spelling of one path', async () => {
    for (const path of ['authorize/', 'Authorize', 'author%69ze', 'authorize;a=b', '', 'tokens']) {
      const { status } = await at(`/hub/api/oauth2/${path}`)
      expect([400, 404]).toContain(status)
    }
  })

  test('shows errors as pages to browsers, and as JSON to others', async () => {
    const page = await asAda(new URL(`${gateway.url}/hub/api/oauth2/authorize`))
    expect(page.status).toBe(400)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await page.text()).toContain('Missing client_id parameter.')
    const token = await at('/hub/api/oauth2/token')
    expect(token.status).toBe(405)
    expect(token.headers.get('content-type')).toMatch(/^application\/json/)
  })
})
