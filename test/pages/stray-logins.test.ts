import { describe, expect, it } from 'vitest'
import { LOGIN_COOKIE } from '../../src/auth/cookies.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

/** As content of the same origin does: mallory's session, for one part of the hub only. */
async function toss({ signedIn }: Site, browser: Browser, path: string): Promise<void> {
  const [own] = [...(await signedIn('mallory')).cookies.values()].filter(
    ({ name }) => name === LOGIN_COOKIE,
  )
  const cookie = { name: LOGIN_COOKIE, value: own?.value ?? '', path }
  browser.cookies.set(`${LOGIN_COOKIE} ${path}`, cookie)
}

/** Goes where a browser is led to. */
async function follow(browser: Browser, path: string): Promise<{ path: string; html: string }> {
  let at = path
  for (let i = 0; i < 10; i++) {
    const answer = await browser.get(at)
    const location = answer.headers.get('location')
    if (location === null) return { path: at, html: await answer.text() }
    at = location
  }
  throw new Error(`${path} leads in a circle`)
}

describe('a login cookie of another’s for a part of the hub', () => {
  it('keeps nobody from signing in', async () => {
    const site = await openSite()
    const browser = site.browser()
    await toss(site, browser, '/hub/login')
    const { path, html } = await follow(browser, '/hub/home')
    expect(path).toBe('/hub/login?next=%2Fhub%2Fhome')
    expect(html).toContain('name="password"')
    expect((await browser.signIn('ada')).status).toBe(302)
    expect((await follow(browser, '/hub/home')).html).toContain('<strong>ada</strong>')
  })

  it('is forgotten by the answer to a form that it has refused', async () => {
    const site = await openSite()
    const browser = site.browser()
    const _xsrf = await browser.hidden('/hub/login', '_xsrf')
    await toss(site, browser, '/hub/login')
    const fields = { username: 'ada', password: 'correct horse', _xsrf }
    expect((await browser.post('/hub/login', fields)).status).toBe(409)
    expect((await browser.post('/hub/login', fields)).status).toBe(302)
  })

  it.each([
    ['/hub/home', '/hub/home'],
    ['/hub/spawn', '/hub/spawn/ada'],
    ['/hub/spawn/', '/hub/spawn/ada'],
    ['/hub/spawn/ada', '/hub/spawn/ada'],
    ['/hub/user/ada', '/hub/user/ada/lab/tree/a%20b'],
    ['/hub/logout', '/hub/logout'],
  ])('on %s does not lead who is signed in around in circles', async (at, wanted) => {
    const site = await openSite()
    const browser = await site.signedIn('ada')
    await toss(site, browser, at)
    const { path, html } = await follow(browser, wanted)
    expect([wanted, '/hub/home']).toContain(path)
    expect(html).toContain('<strong>ada</strong>')
    expect((await follow(browser, wanted)).path).toBe(wanted)
  })
})

it('forgets such a cookie for every domain that it may have been set for', async () => {
  const { browser } = await openSite({ public_url: 'https://jupyter.uni.example' })
  const cookie = `${LOGIN_COOKIE}=${'x'.repeat(43)}`
  const answer = await browser().get('/hub/home', { cookie, host: 'jupyter.uni.example' })
  const lines = answer.headers.getSetCookie()
  expect(lines.map((line) => /Path=([^;]+)(?:; Domain=([^;]+))?/.exec(line)?.slice(1, 3))).toEqual([
    ['/hub/home', undefined],
    ['/hub/home', 'jupyter.uni.example'],
    ['/hub/home', 'uni.example'],
  ])
})

it('says nothing of cookies to who has none', async () => {
  const { browser } = await openSite()
  expect((await browser().get('/hub/home')).headers.getSetCookie()).toEqual([])
})
