import { describe, expect, test } from 'vitest'
import { putServer } from '../../support/people.ts'
import { AUTHORIZE, agree, authorizePath, LAB, openWorld, PORTAL, QUICK } from '../world.ts'

/** ada's redirect URI as somebody else would write it. */
const SPELLINGS = [
  '/user/ada/oauth_callback/',
  '/user/ada//oauth_callback',
  '/user/ada/oauth_callback?',
  '/user/ada/oauth_callback#',
  '/user/ada/oauth%5Fcallback',
  '/user/ada/./oauth_callback',
  '/user/ada/../ada/oauth_callback',
  '/User/ada/oauth_callback',
  '//localhost/user/ada/oauth_callback',
  'http://localhost/user/ada/oauth_callback',
  'https://evil.example/user/ada/oauth_callback',
  '/user/ada/oauth_callback/../../eve/oauth_callback',
  '/user/ada/oauth_callback\\@evil.example',
  '/user/ada/oauth_callback ',
  ' /user/ada/oauth_callback',
  '/user/eve/oauth_callback',
  'javascript:alert(1)',
  '',
]

describe('GET oauth2/authorize', () => {
  test.each(SPELLINGS)('never leads to the redirect URI %j', async (uri) => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('ada')).get(authorizePath(LAB, { redirect_uri: uri }))
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.json()).toEqual({
      code: 'bad_request',
      message: 'Mismatching redirect URI.',
    })
  })

  test.each([
    ['https://portal.example/callback'],
    ['https://portal.example/callback?from=hub&'],
    ['https://portal.example/callback?from=HUB'],
    ['https://PORTAL.example/callback?from=hub'],
    ['https://portal.example:443/callback?from=hub'],
    ['https://portal.example.evil.example/callback?from=hub'],
    ['https://portal.example@evil.example/callback?from=hub'],
    ['http://portal.example/callback?from=hub'],
  ])('never leads to the redirect URI %j of a service', async (uri) => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('ada')).get(authorizePath(PORTAL, { redirect_uri: uri }))
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
  })

  test.each([
    [{ client_id: undefined }, 'Missing client_id parameter.'],
    [{ client_id: '' }, 'Missing client_id parameter.'],
    [{ client_id: 'service-nobody' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'SERVICE-portal' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'jupyterhub' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'jupyterhub-user-%61da' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'jupyterhub-user-%' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'jupyterhub-user-nobody' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'x'.repeat(2000) }, 'Invalid client_id parameter value.'],
    // A service that has no secret could prove nothing; one without a redirect URI is no client.
    [{ client_id: 'service-mute' }, 'Invalid client_id parameter value.'],
    [{ client_id: 'service-agent' }, 'Invalid client_id parameter value.'],
  ])('shows what is wrong with %j', async (more, message) => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('grace')).get(authorizePath(PORTAL, more))
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.json()).toEqual({ code: 'bad_request', message })
  })

  test.each([
    'client_id',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
    'response_mode',
    'code_challenge',
    'code_challenge_method',
  ])('refuses %s twice', async (name) => {
    const { signedIn } = await openWorld()
    const query = new URLSearchParams(authorizePath(QUICK).split('?')[1])
    query.append(name, query.get(name) ?? 'one')
    query.append(name, 'two')
    const answer = await (await signedIn('ada')).get(`${AUTHORIZE}?${query.toString()}`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ message: `Duplicate ${name} parameter.` })
  })

  test('knows no server that is stopped, or whose visitors the gateway checks', async () => {
    const { ada, hub, signedIn } = await openWorld()
    const browser = await signedIn('ada')
    expect((await browser.get(authorizePath(LAB))).status).toBe(302)
    for (const state of [
      { auth: 'gateway', secret: LAB.client_secret, runId: 'r', phase: 'ready', wanted: 'running' },
      { auth: 'oauth', secret: null, runId: null, phase: 'stopped', wanted: 'stopped' },
    ] as const) {
      await putServer(hub, ada, '', state)
      expect((await browser.get(authorizePath(LAB))).status).toBe(400)
    }
  })
})

describe('POST oauth2/authorize', () => {
  test('shows what is wrong with the client, as the page does', async () => {
    const { signedIn } = await openWorld()
    const browser = await signedIn('grace')
    const path = authorizePath(PORTAL, { redirect_uri: 'https://evil.example/' })
    const answer = await agree(browser, path, [])
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
  })
})
