import { describe, expect, it } from 'vitest'
import { forwardAuth } from '../../src/auth/forward-auth/forward-auth.ts'
import { openSession } from '../../src/hub/identity/sessions.ts'
import { requestFor } from '../auth/forward-auth/world.ts'
import type { ConfigInput } from '../support/hub.ts'
import { ORIGIN, openSite } from './site.ts'

const CONFIG: ConfigInput = {
  load_roles: [
    { name: 'viewer', scopes: ['access:services!service=wiki'], users: ['ada'] },
    { name: 'lonely', scopes: ['access:services!service=far'], users: ['ada'] },
  ],
  services: [
    { name: 'wiki', url: 'http://127.0.0.1:1', forward_auth: {} },
    { name: 'other', url: 'http://127.0.0.1:2', forward_auth: {} },
    { name: 'plain', url: 'http://127.0.0.1:3' },
  ],
}

const EXTERNAL: ConfigInput = {
  ...CONFIG,
  public_url: 'https://hub.example.org',
  services: [
    {
      name: 'wiki',
      forward_auth: {
        external_urls: ['https://wiki.example.org/', 'https://hub.example.org/w/'],
        cookie_domain: 'example.org',
      },
    },
    { name: 'far', forward_auth: { external_urls: ['https://far.example.net/'] } },
  ],
}

const path = (query: Record<string, string>) =>
  `/hub/service-sign-in?${new URLSearchParams(query).toString()}`

/** What a browser sees where ada is signed in to the hub under its public URL. */
async function externalBrowser() {
  const { hub, ada, browser } = await openSite(EXTERNAL)
  const { secret } = await openSession(hub, ada)
  const cookie = `hubgate-login=${secret}`
  return (query: Record<string, string>) => browser().get(path(query), { cookie })
}

const MAY_NOT = {
  code: 'forbidden',
  message: 'You may not use this service, or there is none here.',
}

describe('somebody who may use the service', () => {
  it('gets a cookie for its path alone, and goes on to where they wanted to', async () => {
    const { hub, signedIn } = await openSite(CONFIG)
    const browser = await signedIn('ada')
    const answer = await browser.get(path({ service: 'wiki', next: '/services/wiki/a?b=c&d=%2F' }))
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      '/services/wiki/a?b=c&d=%2F',
    ])
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(
      /^hubgate-service-[0-9a-f]{16}=[\w-]{43}; Path=\/services\/wiki\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    )
    const visit = requestFor({ service: 'wiki', cookieHeader: cookie.split(';')[0], tls: false })
    expect(await forwardAuth({ hub, gatewayUrl: () => ORIGIN }, visit)).toMatchObject({
      answer: 'pass',
      principal: { name: 'ada' },
    })
  })

  it.each([{ service: 'wiki' }, { next: '/services/wiki/' }, { next: `${ORIGIN}/services/wiki/` }])(
    'is led to it by %j',
    async (query) => {
      const { signedIn } = await openSite(CONFIG)
      const answer = await (await signedIn('ada')).get(path(query))
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/services/wiki/'])
    },
  )

  it('gets a cookie that reaches a sibling host, or the path of the hub’s host', async () => {
    const get = await externalBrowser()
    const there = await get({ next: 'https://wiki.example.org/p?q' })
    expect(there.headers.get('location')).toBe('https://wiki.example.org/p?q')
    expect(there.headers.getSetCookie()[0]).toMatch(
      /; Path=\/; Domain=example\.org; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    )
    const here = await get({ service: 'wiki', next: 'https://hub.example.org/w/x' })
    expect(here.headers.get('location')).toBe('/w/x')
    expect(here.headers.getSetCookie()[0]).toMatch(
      /; Path=\/w; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  it('hears that no cookie of the hub’s reaches another site', async () => {
    const get = await externalBrowser()
    const answer = await get({ service: 'far' })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('cookie_domain') })
  })
})

describe('somebody who may not', () => {
  it.each<[string, Record<string, string>]>([
    ['a service of others', { service: 'other' }],
    ['one that there is not', { service: 'none' }],
    ['one that signs in itself', { service: 'plain', next: '/services/plain/' }],
    ['nothing', {}],
    ['a path that is no service’s', { service: 'wiki', next: '/hub/api/users' }],
    ['another service’s path', { service: 'wiki', next: '/services/other/' }],
    ['a path that leaves', { next: '/services/wiki/../../hub/logout' }],
    ['one that leaves when decoded', { next: '/services/wiki/..%2f..%2fhub/logout' }],
    ['another site', { service: 'wiki', next: 'https://evil.example.net/' }],
    [
      'another site, written as a path',
      { service: 'wiki', next: '//evil.example.net/services/wiki/' },
    ],
    ['another site, for some browsers', { service: 'wiki', next: '/\\evil.example.net/' }],
    ['a script', { service: 'wiki', next: 'javascript:alert(1)//services/wiki/' }],
    ['a user in front of the host', { next: 'http://localhost@evil.test/services/wiki/' }],
    ['a line break', { next: '/services/wiki/\r\nSet-Cookie: a=b' }],
  ])('hears the same of %s, and gets nothing', async (_, query) => {
    const { signedIn } = await openSite(CONFIG)
    const answer = await (await signedIn('ada')).get(path(query))
    expect([answer.status, await answer.json()]).toEqual([403, MAY_NOT])
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(answer.headers.get('location')).toBeNull()
  })

  it.each(['wiki', 'other', 'none'])('signs in first, whatever there is: %s', async (service) => {
    const { browser } = await openSite(CONFIG)
    const wanted = path({ service, next: `/services/${service}/` })
    const answer = await browser().get(wanted)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `/hub/login?next=${encodeURIComponent(wanted)}`,
    ])
  })

  it('is a script or a frame: only a person opens this', async () => {
    const { signedIn } = await openSite(CONFIG)
    const browser = await signedIn('ada')
    for (const dest of ['empty', 'iframe', 'image']) {
      const headers = { 'sec-fetch-dest': dest, 'sec-fetch-site': 'same-origin' }
      const answer = await browser.get(path({ service: 'wiki' }), headers)
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
    }
  })
})
