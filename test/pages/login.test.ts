import { describe, expect, it } from 'vitest'
import { principalOfSession } from '../../src/hub/identity/sessions.ts'
import { keys } from '../../src/hub/keys.ts'
import { openSite, PASSWORD } from './site.ts'

const LOGIN = 'hubgate-login /hub/'
const SID = 'jupyterhub-session-id /'
const PRESESSION = 'hubgate-presession /hub/login'

describe('the login form', () => {
  it('is a page with every header of a page, and a token for this browser', async () => {
    const { browser } = await openSite()
    const response = await browser().get('/hub/login?next=/user/ada/lab')
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^hubgate-presession=[\w-]{43}; Path=\/hub\/login; HttpOnly; SameSite=Lax$/,
      ),
    ])
    expect(html).toContain('name="next" value="/user/ada/lab"')
    expect(html).toMatch(/name="_xsrf" value="[0-9a-f]{64}"/)
  })

  it('drops a next that leads away', async () => {
    const { browser } = await openSite()
    const html = await (await browser().get('/hub/login?next=//evil.example')).text()
    expect(html).toContain('name="next" value=""')
    expect(html).not.toContain('evil')
  })

  it('is skipped by who is signed in', async () => {
    const { signedIn } = await openSite()
    const ada = await signedIn('ada')
    expect((await ada.get('/hub/login')).headers.get('location')).toBe('/hub/home')
    const next = await ada.get('/hub/login?next=/user/ada/lab')
    expect(next.headers.get('location')).toBe('/user/ada/lab')
    const hostile = await ada.get('/hub/login?next=%2F%5Cevil.example')
    expect(hostile.headers.get('location')).toBe('/hub/home')
  })
})

describe('signing in', () => {
  it('sets the login cookie, drops the pre-session, and goes on', async () => {
    const { browser } = await openSite()
    const response = await browser().signIn('ada', { next: '/user/ada/lab?a=1' })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/user/ada/lab?a=1')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^hubgate-login=[\w-]{43}; Path=\/hub\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/,
      ),
      expect.stringMatching(
        /^jupyterhub-session-id=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
      'hubgate-presession=; Path=/hub/login; Max-Age=0; HttpOnly; SameSite=Lax',
    ])
  })

  it('takes no session, nor the public id of one, that the browser brought along', async () => {
    const { hub, browser } = await openSite()
    const one = browser()
    const [planted, sid] = ['p'.repeat(43), 'f'.repeat(32)]
    one.cookies.set(LOGIN, { name: 'hubgate-login', value: planted, path: '/hub/' })
    one.cookies.set(SID, { name: 'jupyterhub-session-id', value: sid, path: '/' })
    await one.signIn('ada')
    expect(await principalOfSession(hub, planted)).toBeUndefined()
    const secret = one.cookies.get(LOGIN)?.value ?? ''
    const found = await principalOfSession(hub, secret)
    expect(found?.session.sid).toBe(one.cookies.get(SID)?.value)
    expect([secret === planted, found?.session.sid === sid]).toEqual([false, false])
  })

  it('says with the session where it comes from', async () => {
    const { hub, browser } = await openSite()
    const one = browser('192.0.2.77')
    const fields = { username: 'ada', password: PASSWORD }
    const _xsrf = await one.hidden('/hub/login', '_xsrf')
    await one.post('/hub/login', { ...fields, _xsrf }, { 'user-agent': 'curl/8.5' })
    const found = await principalOfSession(hub, one.cookies.get(LOGIN)?.value ?? '')
    expect(found?.session).toMatchObject({ address: '192.0.2.77', agent: 'curl/8.5' })
  })

  it('sets Secure cookies below an https URL, and goes by its origin', async () => {
    const { browser } = await openSite({ public_url: 'https://hub.example' })
    const one = browser()
    const fields = { username: 'ada', password: PASSWORD, next: 'https://hub.example/user/ada/' }
    const _xsrf = await one.hidden('/hub/login', '_xsrf')
    expect((await one.post('/hub/login', { ...fields, _xsrf })).status).toBe(403)
    const response = await one.post(
      '/hub/login',
      { ...fields, _xsrf },
      { origin: 'https://hub.example' },
    )
    expect(response.headers.get('location')).toBe('/user/ada/')
    for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/; Secure$/)
  })

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', ''])(
    'goes home instead of %j',
    async (next) => {
      const { browser } = await openSite()
      expect((await browser().signIn('ada', { next })).headers.get('location')).toBe('/hub/home')
    },
  )

  it('changes the session: the one before is over', async () => {
    const { hub, browser } = await openSite()
    const one = browser()
    const field = await one.hidden('/hub/login', '_xsrf')
    const presession = one.cookies.get(PRESESSION)
    await one.signIn('ada')
    const before = one.cookies.get(LOGIN)?.value ?? ''
    // Another tab had its form before the first one was sent.
    if (presession !== undefined) one.cookies.set(PRESESSION, presession)
    await one.post('/hub/login', { username: ' Ada', password: PASSWORD, _xsrf: field })
    const after = one.cookies.get(LOGIN)?.value ?? ''
    expect(await principalOfSession(hub, before)).toBeUndefined()
    expect((await principalOfSession(hub, after))?.principal.name).toBe('ada')
  })

  it('as somebody else is for who signed out first: a page that shares the origin sends no such form', async () => {
    const { hub, browser } = await openSite()
    const one = browser()
    const field = await one.hidden('/hub/login', '_xsrf')
    const presession = one.cookies.get(PRESESSION)
    await one.signIn('ada')
    if (presession !== undefined) one.cookies.set(PRESESSION, presession)
    const other = { username: 'mallory', password: PASSWORD, _xsrf: field }
    const answer = await one.post('/hub/login', other)
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('You are signed in as ada here. Sign out first.')
    const secret = one.cookies.get(LOGIN)?.value ?? ''
    expect((await principalOfSession(hub, secret))?.principal.name).toBe('ada')
  })

  it('that fails leaves the session before as it is', async () => {
    const { hub, browser } = await openSite()
    const one = browser()
    const field = await one.hidden('/hub/login', '_xsrf')
    const presession = one.cookies.get(PRESESSION)
    await one.signIn('ada')
    if (presession !== undefined) one.cookies.set(PRESESSION, presession)
    const wrong = await one.post('/hub/login', { username: 'ada', password: 'x', _xsrf: field })
    expect(wrong.status).toBe(403)
    const secret = one.cookies.get(LOGIN)?.value ?? ''
    expect((await principalOfSession(hub, secret))?.principal.name).toBe('ada')
  })

  it('works below a base URL', async () => {
    const { hub, app } = await openSite({ base_url: '/jupyter/' })
    const form = await app.request('/jupyter/hub/login')
    expect(hub.snapshot().config.base_url).toBe('/jupyter/')
    expect(form.headers.getSetCookie()[0]).toContain('Path=/jupyter/hub/login;')
    expect(await form.text()).toContain('action="/jupyter/hub/login"')
  })
})

describe('a login form that was not given to this browser', () => {
  const EXPIRED = 'Login form invalid or expired. Try again.'

  it.each<[string, (own: string, others: string) => Record<string, string>]>([
    ['without a token', () => ({})],
    ['with an empty token', () => ({ _xsrf: '' })],
    ['with a wrong token', () => ({ _xsrf: 'x'.repeat(64) })],
    ['with another browser’s token', (_own, others) => ({ _xsrf: others })],
  ])('%s is refused', async (_name, token) => {
    const { browser, hub } = await openSite()
    const [victim, attacker] = [browser(), browser()]
    const own = await victim.hidden('/hub/login', '_xsrf')
    const others = await attacker.hidden('/hub/login', '_xsrf')
    const fields = { username: 'ada', password: PASSWORD, ...token(own, others) }
    const response = await victim.post('/hub/login', fields)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain(EXPIRED)
    expect(victim.cookies.has(LOGIN)).toBe(false)
    expect(await hub.store.count(['session'])).toBe(0)
  })

  it('without the cookie is refused', async () => {
    const { browser } = await openSite()
    const one = browser()
    const _xsrf = await one.hidden('/hub/login', '_xsrf')
    one.cookies.clear()
    const response = await one.post('/hub/login', { username: 'ada', password: PASSWORD, _xsrf })
    expect(response.status).toBe(403)
  })

  it.each<Record<string, string>>([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-dest': 'empty' },
    { 'sec-fetch-dest': 'iframe' },
  ])('is refused with %j, whatever its token', async (headers) => {
    const { browser } = await openSite()
    const one = browser()
    const _xsrf = await one.hidden('/hub/login', '_xsrf')
    const fields = { username: 'ada', password: PASSWORD, _xsrf }
    expect((await one.post('/hub/login', fields, headers)).status).toBe(403)
    expect((await one.post('/hub/login', fields)).status).toBe(302)
  })
})

describe('a failed login', () => {
  it('is the same for a wrong password, a missing user and one who is not allowed', async () => {
    const { browser } = await openSite({ allow_all: false, allowed_users: ['ada', 'lost'] })
    const one = browser()
    const _xsrf = await one.hidden('/hub/login', '_xsrf')
    const answers = []
    for (const [username, password] of [
      ['ada', 'wrong'],
      ['lost', 'wrong'],
      ['nobody', 'wrong'],
      ['eve', PASSWORD],
      ['a/b', PASSWORD],
    ] as const) {
      const response = await one.post('/hub/login', { username, password, _xsrf })
      const html = (await response.text()).replace(`value="${username}"`, 'value="…"')
      answers.push([response.status, [...response.headers], html])
    }
    expect(answers[0]?.[0]).toBe(403)
    expect(answers[0]?.[2]).toContain('Invalid username or password')
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  it('keeps the name and the way on, escaped, and never the password', async () => {
    const { browser } = await openSite()
    const username = '"><script>alert(1)</script>'
    const response = await browser().signIn(username, { password: 'wr0ng', next: '/user/ada/' })
    const html = await response.text()
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
    expect(html).toContain('name="next" value="/user/ada/"')
    expect(html).not.toContain('wr0ng')
  })

  it('gets 429 after ten in a minute, and is heard again when the time is up', async () => {
    const { browser, hub } = await openSite()
    for (let i = 0; i < 10; i++) {
      expect((await browser().signIn('ada', { password: 'wrong' })).status).toBe(403)
    }
    hub.clock.advance(15_000)
    const limited = await browser().signIn('ada')
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('45')
    expect(await limited.text()).toContain('Too many failed attempts. Try again in 45 seconds.')
    expect((await browser('192.0.2.2').signIn('ada')).status).toBe(302)
    hub.clock.advance(45_000)
    expect((await browser().signIn('ada')).status).toBe(302)
  })
})

describe('a login form that is no form', () => {
  it.each<[string, string, string, number]>([
    ['JSON', 'application/json', '{"username":"ada"}', 400],
    ['text', 'text/plain', 'username=ada', 400],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 400],
    ['too large', 'application/x-www-form-urlencoded', `username=${'a'.repeat(70_000)}`, 413],
    ['with a field twice', 'application/x-www-form-urlencoded', 'username=ada&username=eve', 400],
    ['with __proto__', 'application/x-www-form-urlencoded', '__proto__=1&constructor=2', 403],
  ])('%s', async (_name, type, body, status) => {
    const { browser, hub } = await openSite()
    const response = await browser().send('POST', '/hub/login', { 'content-type': type }, body)
    expect(response.status).toBe(status)
    expect(await hub.store.count(keys.session('').slice(0, 1))).toBe(0)
  })
})
