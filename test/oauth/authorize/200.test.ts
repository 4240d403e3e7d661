import { describe, expect, test } from 'vitest'
import { agree, authorizePath, LAB, openWorld, PORTAL, sentBack, shownScopes } from '../world.ts'

const REQUIRED = [
  'access:services!service=portal',
  'read:users:groups!user',
  'read:users:name!user',
]

describe('GET oauth2/authorize', () => {
  test('shows who asks, for what, and where it leads', async () => {
    const { signedIn } = await openWorld()
    const browser = await signedIn('grace')
    const answer = await browser.get(authorizePath(PORTAL))
    expect(answer.status).toBe(200)
    const page = await answer.text()
    expect(page).toContain('JupyterHub service portal')
    expect(page).toContain('https://portal.example/callback?from=hub')
    expect(page).toContain('See, start, stop and delete servers. Only the user grace.')
    // Of list:users, which the client may ask for, grace holds nothing.
    expect(shownScopes(page)).toEqual([...REQUIRED, 'read:users!user', 'servers!user'].toSorted())
    expect(page).not.toContain('See who there is')
  })

  test('lets the form lead to the client, and nothing else', async () => {
    const { signedIn } = await openWorld()
    const ada = (await signedIn('ada')).get(authorizePath(PORTAL))
    const policy = (await ada).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("form-action 'self' https://portal.example;")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })

  test('shows of a scope the part that the visitor holds', async () => {
    const { signedIn } = await openWorld()
    const path = authorizePath(PORTAL, { scope: 'list:users' })
    const page = await (await (await signedIn('ada')).get(path)).text()
    expect(shownScopes(page)).toEqual(
      [
        'access:services!service=portal',
        'list:users!group=crew',
        ...['read:users:groups!user', 'read:users:name!group=crew', 'read:users:name!user'],
      ].toSorted(),
    )
  })

  test.each(['read:users:name!user', 'read:users!user=grace', 'start:servers!user'])(
    'takes a narrower scope than the client may ask for: %s',
    async (scope) => {
      const { signedIn } = await openWorld()
      const page = await (await signedIn('grace')).get(authorizePath(PORTAL, { scope }))
      expect(page.status).toBe(200)
      expect(shownScopes(await page.text())).toEqual([...new Set([...REQUIRED, scope])].sort())
    },
  )

  test.each(['identify', 'identify  identify'])(
    'asks who somebody is, and nothing more, for the scope %j',
    async (scope) => {
      const { signedIn } = await openWorld()
      const page = await (await signedIn('grace')).get(authorizePath(PORTAL, { scope }))
      const text = await page.text()
      expect(shownScopes(text)).toEqual(REQUIRED)
      expect(text).toContain('It can do nothing else in your name.')
    },
  )

  test('takes the names of roles for their scopes', async () => {
    const { signedIn } = await openWorld({
      load_roles: [
        { name: 'visitors', scopes: ['access:services'], users: ['grace'] },
        { name: 'looking', scopes: ['read:users!user'] },
      ],
    })
    const path = authorizePath(PORTAL, { scope: 'looking' })
    const page = await (await (await signedIn('grace')).get(path)).text()
    expect(shownScopes(page)).toEqual([...REQUIRED, 'read:users!user'].toSorted())
  })

  test('says everything when it is everything', async () => {
    const { signedIn } = await openWorld({
      services: [
        {
          name: 'portal',
          api_token: PORTAL.client_secret,
          oauth_redirect_uri: PORTAL.redirect_uri,
          oauth_client_allowed_scopes: ['inherit'],
        },
      ],
    })
    const browser = await signedIn('grace')
    const page = await (await browser.get(authorizePath(PORTAL))).text()
    expect(shownScopes(page)).toEqual(['inherit'])
    expect(page).toContain('All that the owner of the token may do at the time.')
    const back = await agree(browser, authorizePath(PORTAL), ['inherit'])
    expect(sentBack(back)['code']).toBeDefined()
  })

  test('asks before somebody else’s server is told who one is', async () => {
    const { signedIn } = await openWorld()
    const page = await (await signedIn('ops')).get(authorizePath(LAB))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Server at /user/ada/')
  })

  test('writes what it was sent without letting it out of its place', async () => {
    const { signedIn } = await openWorld()
    const path = authorizePath(PORTAL, { state: '"><script>alert(1)</script>' })
    const page = await (await (await signedIn('grace')).get(path)).text()
    expect(page).not.toContain('<script>alert')
  })
})
