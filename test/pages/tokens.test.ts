import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/base/hash.ts'
import { principalOfToken } from '../../src/hub/identity/identity.ts'
import { issueToken, listTokens } from '../../src/hub/tokens/tokens.ts'
import type { TokenRecord } from '../../src/model/token.ts'
import { makeUser, ownerOf, putOAuthToken, putServer } from '../support/people.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const XSS = '"><img src=x onerror=alert(1)>'
const DAY = 86_400_000

const tokensOf = ({ hub, ada }: Site): Promise<TokenRecord[]> => listTokens(hub, ownerOf(ada))

async function give(site: Site, note: string, scopes = ['inherit']): Promise<TokenRecord> {
  const wish = { owner: ownerOf(site.ada), scopes, note, expiresAt: null }
  return (await issueToken(site.hub, wish)).record
}

/** Sends the form for a new token. */
async function request(browser: Browser, fields: Record<string, string> = {}): Promise<Response> {
  const filled = { kind: 'hub', note: 'mine', expires: 'week', ...fields }
  return browser.post('/hub/token', { ...filled, _xsrf: await browser.xsrf() })
}

const secretIn = (html: string): string => /hg[hn]_\w+/.exec(html)?.[0] ?? ''

describe('the page of tokens', () => {
  it('sends those who are not signed in to sign in, and makes nothing by itself', async () => {
    const site = await openSite()
    const answer = await site.browser().get('/hub/token?kind=hub')
    expect(answer.headers.get('location')).toBe('/hub/login?next=%2Fhub%2Ftoken%3Fkind%3Dhub')
    const browser = await site.signedIn('ada')
    expect((await browser.get('/hub/token?kind=notebook&expires=day')).status).toBe(200)
    expect((await browser.get('/hub/token/revoke')).status).toBe(405)
    expect(await tokensOf(site)).toEqual([])
  })

  it('is filled in by its address, as text', async () => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    const query = new URLSearchParams({ kind: 'notebook', server: 'gpu', note: XSS })
    const html = await (await browser.get(`/hub/token?${query.toString()}`)).text()
    expect(html).toMatch(/value="notebook"[^>]* checked>/)
    expect(html).toContain('<option value="ada/gpu" selected>gpu, which is not there yet</option>')
    expect(html).toContain('value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"')
    expect(html).not.toContain('<img')
    const strange = await (await browser.get('/hub/token?server=%3Cimg%3E')).text()
    expect(strange).not.toContain('img&gt;')
  })

  it('offers the scopes that the viewer holds, with what they mean and reach', async () => {
    const site = await openSite({
      custom_scopes: { 'custom:grades:read': { description: 'Read grades.' } },
      load_roles: [
        { name: 'tutors', scopes: ['read:users!group=class-a'], users: ['ada'] },
        { name: 'graders', scopes: ['custom:grades:read'], users: ['ada'] },
      ],
    })
    const html = await (await (await site.signedIn('ada')).get('/hub/token')).text()
    const offered = [...html.matchAll(/name="scopes" value="([^"]*)"/g)].map(([, name]) => name)
    expect(offered).toContain('servers')
    expect(offered).toContain('custom:grades:read')
    expect(offered).not.toContain('access:servers')
    expect(offered).not.toContain('admin:users')
    expect(html).toContain('Read grades. <em>Reach: everywhere.</em>')
    expect(html).toContain('Reach: group class-a, what is yours.')
    expect(html).toContain('Only what is yours')
  })

  it('offers one’s servers and those that are shared', async () => {
    const site = await openSite()
    const eve = await makeUser(site.hub, 'eve')
    await putServer(site.hub, eve, 'lab')
    await putServer(site.hub, site.ada, 'gpu', { displayName: 'GPU <1>' })
    site.hub.reload({
      allow_all: true,
      load_roles: [{ name: 'guests', scopes: ['access:servers!server=eve/lab'], users: ['ada'] }],
    })
    const html = await (await (await site.signedIn('ada')).get('/hub/token')).text()
    expect(html).toContain('<option value="" selected>All my servers')
    expect(html).toContain('<option value="ada/">Default server</option>')
    expect(html).toContain('<option value="ada/gpu">GPU &lt;1&gt;</option>')
    expect(html).toContain('<option value="eve/lab">eve/lab, shared with you</option>')
  })

  it('is of no use to those who may make no tokens', async () => {
    const site = await openSite({ load_roles: [{ name: 'user', scopes: ['read:users!user'] }] })
    const browser = await site.signedIn('ada')
    await give(site, 'secret note', [])
    const html = await (await browser.get('/hub/token')).text()
    expect(html).toContain('You may make no tokens')
    expect(html).not.toContain('secret note')
    expect((await request(browser)).status).toBe(403)
  })
})

describe('requesting a token', () => {
  it('shows a hub token once, with all that the viewer may do', async () => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    const answer = await request(browser, { note: XSS })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(answer.headers.get('location')).toBeNull()
    const html = await answer.text()
    expect(html).not.toContain('<img')
    const [record] = await tokensOf(site)
    expect(record).toMatchObject({ kind: 'hub', note: XSS, scopes: ['inherit'] })
    expect(record?.digest).toBe(sha256(secretIn(html)))
    expect((record?.expiresAt ?? 0) - site.hub.clock.now()).toBe(7 * DAY)
    expect(html).toContain('http://localhost/hub/api/user')
    const list = await (await browser.get('/hub/token')).text()
    expect(list).not.toContain(secretIn(html))
    expect(list).toContain('&lt;img src=x')
    expect(list).not.toContain('<img')
  })

  it('makes a notebook token for all servers, one, or a shared one', async () => {
    const site = await openSite({
      load_roles: [{ name: 'guests', scopes: ['access:servers!server=eve/lab'], users: ['ada'] }],
    })
    const browser = await site.signedIn('ada')
    const wanted = [
      ['', 'access:servers!user', '/user/ada/api/status'],
      ['ada/', 'access:servers!server=ada/', '/user/ada/api/status'],
      ['ada/gpu', 'access:servers!server=ada/gpu', '/user/ada/gpu/api/status'],
      ['eve/lab', 'access:servers!server=eve/lab', '/user/eve/lab/api/status'],
    ] as const
    for (const [server, scope, path] of wanted) {
      const html = await (await request(browser, { kind: 'notebook', server })).text()
      expect(html).toContain(`http://localhost${path}`)
      expect((await tokensOf(site)).at(-1)).toMatchObject({ kind: 'notebook', scopes: [scope] })
    }
    const foreign = await request(browser, { kind: 'notebook', server: 'eve/other' })
    expect(foreign.status).toBe(400)
    expect(await foreign.text()).toContain('role="alert"')
    expect(await tokensOf(site)).toHaveLength(wanted.length)
  })

  it('gives each chosen scope as far as it is held, or for what is the viewer’s', async () => {
    const site = await openSite({
      load_roles: [
        { name: 'tutors', scopes: ['read:users!group=class-a', 'read:hub'], users: ['ada'] },
      ],
    })
    const browser = await site.signedIn('ada')
    await request(browser, { scopes: 'read:users' })
    await request(browser, { scopes: 'read:users', reach: 'mine' })
    await request(browser, { scopes: 'read:hub' })
    expect((await tokensOf(site)).map(({ scopes }) => scopes)).toEqual([
      ['read:users!group=class-a', 'read:users!user'],
      ['read:users!user'],
      ['read:hub'],
    ])
    const foreign = await request(browser, { scopes: 'read:hub', reach: 'mine' })
    expect(foreign.status).toBe(400)
    expect(await foreign.text()).toContain('read:hub cannot be narrowed to what is yours')
  })

  it('never allows more than the viewer holds', async () => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    for (const scopes of ['admin:users', 'no:such', 'access:servers', XSS]) {
      const answer = await request(browser, { note: 'my note', scopes })
      expect(answer.status).toBe(400)
      const html = await answer.text()
      expect(html).toContain('id="form-error"')
      expect(html).toContain('value="my note"')
      expect(html).not.toContain('<img')
    }
    expect(await tokensOf(site)).toEqual([])
  })

  it.each([
    [{ expires: 'date', last_day: '2026-11-21' }, 'That day is over'],
    [{ expires: 'date', last_day: '2026-02-30' }, 'Give the day'],
    [{ expires: 'date', last_day: '' }, 'Give the day'],
    [{ expires: 'sometime' }, 'Choose when'],
    [{ note: 'x'.repeat(256) }, 'The note is too long'],
  ])('shows the form again for %o', async (fields, message) => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    const answer = await request(browser, { kind: 'notebook', server: 'ada/', ...fields })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain(message)
    expect(html).toContain('<option value="ada/" selected>')
    expect(html).toMatch(/value="notebook"[^>]* checked>/)
    expect(await tokensOf(site)).toEqual([])
  })

  it('ends a token with its last day, and never where it was said', async () => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    await request(browser, { expires: 'date', last_day: '2026-11-22' })
    await request(browser, { expires: 'never', note: '' })
    const [first, second] = await tokensOf(site)
    expect(new Date(first?.expiresAt ?? 0).toISOString()).toMatch(
      /^2026-11-2(?:2T23:59:59|3T00:00:00)/,
    )
    expect(second).toMatchObject({ expiresAt: null, note: 'Requested on the token page' })
  })

  it('offers no life that the hub refuses', async () => {
    const site = await openSite({ token_expires_in_max_seconds: 10 * 86_400 })
    const browser = await site.signedIn('ada')
    const html = await (await browser.get('/hub/token')).text()
    expect(html).not.toContain('value="never"')
    expect(html).not.toContain('value="month"')
    expect(html).toContain('<option value="longest" selected>10 days, the longest here</option>')
    expect(html).toContain('min="2026-11-22" max="2026-12-01"')
    expect((await request(browser, { expires: 'month' })).status).toBe(400)
    expect((await request(browser, { expires: 'longest' })).status).toBe(200)
    expect((await request(browser, { expires: 'date', last_day: '2026-12-01' })).status).toBe(200)
    expect(await tokensOf(site)).toHaveLength(2)
  })

  it('takes only a form of the viewer’s own page', async () => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    const fields = { kind: 'hub', note: '', expires: 'day' }
    expect((await browser.post('/hub/token', fields)).status).toBe(403)
    const _xsrf = await browser.xsrf()
    const foreign = { origin: 'http://evil.example' }
    expect((await browser.post('/hub/token', { ...fields, _xsrf }, foreign)).status).toBe(403)
    const scripted = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }
    expect((await browser.post('/hub/token', { ...fields, _xsrf }, scripted)).status).toBe(403)
    expect(await tokensOf(site)).toEqual([])
  })
})

describe('the list of tokens', () => {
  it('says of each what it opens and may', async () => {
    const site = await openSite({ api_tokens: { 'a-secret-of-the-config-map': 'ada' } })
    await give(site, 'all of it')
    await give(site, 'one server', ['access:servers!server=ada/gpu'])
    await give(site, 'many', ['read:users!user', 'servers!user', 'tokens!user'])
    await give(site, 'Server at /user/ada/', ['users:activity!user'])
    const html = await (await (await site.signedIn('ada')).get('/hub/token')).text()
    const row = (note: string): string =>
      html.split('<tr>').find((text) => text.includes(`<th scope="row">${note}</th>`)) ?? ''
    expect(row('all of it')).toContain('Everything you may do')
    expect(row('one server')).toContain('>Notebook<')
    expect(row('one server')).toContain('Server <code>ada/gpu</code>')
    expect(row('many')).toContain('and 2 more</summary>')
    expect(row('Server at /user/ada/')).toContain('The server’s own')
    expect(row('from config')).toContain('configuration file')
    expect(row('from config')).not.toContain('checkbox')
    expect(row('from config')).not.toContain('Revoke')
  })

  it('has pages, and nobody else’s tokens', async () => {
    const site = await openSite()
    for (let i = 0; i < 60; i++) await give(site, `number ${i}.`)
    const browser = await site.signedIn('ada')
    const rows = async (path: string): Promise<number> =>
      ((await (await browser.get(path)).text()).match(/<th scope="row">/g) ?? []).length
    expect(await rows('/hub/token')).toBe(50)
    expect(await rows('/hub/token?offset=50')).toBe(10)
    for (const offset of ['9999', '60', '75']) {
      expect(await rows(`/hub/token?offset=${offset}`)).toBe(10)
    }
    for (const offset of ['-1', 'x', '1e99']) {
      expect(await rows(`/hub/token?offset=${offset}`)).toBe(50)
    }
    const eve = await site.signedIn('eve')
    expect(await (await eve.get('/hub/token')).text()).not.toContain('number 1.')
  })

  it('does not show what has expired', async () => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    await request(browser, { expires: 'hour', note: 'short' })
    site.hub.clock.advance(2 * 3_600_000)
    expect(await (await browser.get('/hub/token')).text()).not.toContain('short')
  })
})

describe('revoking', () => {
  const revoke = async (browser: Browser, fields: string): Promise<Response> => {
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost' }
    const body = `${fields}&_xsrf=${encodeURIComponent(await browser.xsrf())}`
    return browser.send('POST', '/hub/token/revoke', type, body)
  }

  it('ends one or many, and goes back to where the list was', async () => {
    const site = await openSite()
    const made = [await give(site, 'a'), await give(site, 'b'), await give(site, 'c')]
    const [a, b, c] = made.map(({ id }) => id)
    const browser = await site.signedIn('ada')
    const one = await revoke(browser, `token=${a}&offset=50`)
    expect(one.headers.get('location')).toBe('/hub/token?done=token-revoked&offset=50')
    const many = await revoke(browser, `token=${b}&token=${c}&offset=0`)
    expect([many.status, many.headers.get('location')]).toEqual([
      303,
      '/hub/token?done=tokens-revoked',
    ])
    expect(await tokensOf(site)).toEqual([])
    expect((await revoke(browser, `token=${a}`)).status).toBe(303)
  })

  it('refuses what cannot be, and says why', async () => {
    const site = await openSite({ api_tokens: { 'a-secret-of-the-config-map': 'ada' } })
    const browser = await site.signedIn('ada')
    const [configured] = await tokensOf(site)
    const answer = await revoke(browser, `token=${configured?.id}`)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('take it out there')
    const none = await revoke(browser, 'offset=0')
    expect(none.status).toBe(400)
    expect(await none.text()).toContain('No token is ticked')
    const ids = Array.from({ length: 51 }, (_, i) => `token=a${i}`).join('&')
    expect((await revoke(browser, ids)).status).toBe(400)
  })

  it('reaches nobody else’s token', async () => {
    const site = await openSite()
    const { id } = await give(site, 'hers')
    const eve = await site.signedIn('eve')
    await revoke(eve, `token=${id}`)
    await revoke(eve, `token=${encodeURIComponent(`../../ada/tokens/${id}`)}`)
    expect(await tokensOf(site)).toHaveLength(1)
    expect((await eve.post('/hub/token/revoke', { token: id })).status).toBe(403)
  })
})

describe('authorized applications', () => {
  it('are shown once each, and lose all of their tokens', async () => {
    const site = await openSite()
    await putOAuthToken(site.hub, site.ada, {})
    site.hub.clock.advance(20 * DAY)
    await putOAuthToken(site.hub, site.ada, {})
    await give(site, 'stays')
    const eve = await makeUser(site.hub, 'eve')
    await putOAuthToken(site.hub, eve, {})
    const browser = await site.signedIn('ada')
    const html = await (await browser.get('/hub/token')).text()
    const [, applications = ''] = html.split('Authorized applications')
    expect(applications.match(/<th scope="row">service-x<\/th>/g)).toHaveLength(1)
    expect(applications).toContain('<time datetime="2026-11-22T21:08:19.673Z"')
    const answer = await browser.post('/hub/token/revoke-application', {
      application: 'service-x',
      _xsrf: await browser.xsrf(),
    })
    expect(answer.headers.get('location')).toBe('/hub/token?done=application-revoked')
    expect((await tokensOf(site)).map(({ note }) => note)).toEqual(['stays'])
    expect(await listTokens(site.hub, ownerOf(eve))).toHaveLength(1)
  })
})

it('makes a token that works, by the API’s own rules', async () => {
  const site = await openSite()
  const html = await (await request(await site.signedIn('ada'))).text()
  const principal = await principalOfToken(site.hub, secretIn(html))
  expect(principal?.name).toBe('ada')
})
