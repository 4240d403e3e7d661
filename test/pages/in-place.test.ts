import { describe, expect, it } from 'vitest'
import { putServer } from '../support/people.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const SCRIPT = {
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
}
const HEADER = 'x-hubgate-xsrf'
const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const
const PAGES = ['/hub/home', '/hub/spawn/ada', '/hub/token']

/** Ada's browser, and what a script of a page of hers would send. */
async function setUp(site?: Site) {
  const { hub, ada, signedIn } = site ?? (await openSite())
  const browser = await signedIn('ada')
  const xsrf = await browser.xsrf()
  return { hub, ada, browser, xsrf, signedIn, ours: { ...SCRIPT, [HEADER]: xsrf } }
}

/** The statuses of some pages, and of a form, for a script with these headers. */
async function ask(
  browser: Browser,
  headers: Record<string, string>,
  xsrf = '',
): Promise<number[]> {
  const pages = await Promise.all(
    PAGES.map(async (path) => (await browser.get(path, headers)).status),
  )
  const form = await browser.post('/hub/sessions/end-others', { _xsrf: xsrf }, headers)
  return [...pages, form.status]
}

const REFUSED = [403, 403, 403, 403]

describe('a page for a script', () => {
  it('is for one that knows the session’s XSRF value, as is what a form does', async () => {
    const { browser, ours, xsrf } = await setUp()
    const [home, spawn, token, form] = await ask(browser, ours, xsrf)
    expect([home, spawn, form]).toEqual([200, 200, 303])
    // It may be there or not, but it is not refused.
    expect(token).not.toBe(403)
  })

  it('needs the form’s own field as well to change something', async () => {
    const { browser, ours } = await setUp()
    expect((await browser.post('/hub/sessions/end-others', {}, ours)).status).toBe(403)
  })

  it('is not for one without the header, or with JupyterHub’s, which servers are sent', async () => {
    const { browser, xsrf } = await setUp()
    for (const headers of [
      SCRIPT,
      { ...SCRIPT, 'x-xsrftoken': xsrf },
      { ...SCRIPT, [HEADER]: '' },
    ]) {
      expect(await ask(browser, headers, xsrf)).toEqual(REFUSED)
    }
  })

  it('is not for one with another value: another session’s, twice the same, a part, another case', async () => {
    const { browser, xsrf, signedIn } = await setUp()
    const [again, mallory] = [await signedIn('ada'), await signedIn('mallory')]
    const wrong = [
      ...[await again.xsrf(), await mallory.xsrf(), 'x'.repeat(xsrf.length)],
      ...[`${xsrf}, ${xsrf}`, `${xsrf},`, xsrf.slice(1), xsrf.toUpperCase(), `"${xsrf}"`],
    ]
    for (const value of wrong) {
      expect(await ask(browser, { ...SCRIPT, [HEADER]: value }, xsrf)).toEqual(REFUSED)
    }
  })

  it.each([['cross-site'], ['same-site']])(
    'is not for a page of another site: %s',
    async (from) => {
      const { browser, ours, xsrf } = await setUp()
      expect(await ask(browser, { ...ours, 'sec-fetch-site': from }, xsrf)).toEqual(REFUSED)
    },
  )

  it.each([['iframe'], ['embed'], ['object'], ['script'], ['style'], ['image'], ['xslt']])(
    'is not for an element that embeds it: %s',
    async (dest) => {
      const { browser, xsrf } = await setUp()
      expect(await ask(browser, { ...SCRIPT, 'sec-fetch-dest': dest }, xsrf)).toEqual(REFUSED)
    },
  )

  it('is not there any more after signing out, nor for who is not signed in', async () => {
    const { browser, ours, xsrf } = await setUp()
    await browser.post('/hub/logout', { _xsrf: xsrf })
    expect(await ask(browser, ours, xsrf)).toEqual(REFUSED)
    const answer = await browser.get('/hub/home', ours)
    expect(await answer.text()).not.toContain('<main')
  })

  it('is not kept, and not to be embedded', async () => {
    const { browser, ours } = await setUp()
    const { headers } = await browser.get('/hub/home', ours)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  })
})

describe('a redirect for a script', () => {
  it('to a server is not followed in place: what the server answers is no part of a page', async () => {
    const { browser, hub, ada, ours, xsrf } = await setUp()
    await putServer(hub, ada, '', READY)
    const shown = await browser.get('/hub/spawn/ada', ours)
    const started = await browser.post('/hub/spawn/ada', { _xsrf: xsrf }, ours)
    for (const { status, headers } of [shown, started]) {
      expect([status, headers.get('hx-redirect')]).toEqual([200, '/user/ada/'])
      expect(headers.get('location')).toBeNull()
    }
  })

  it('to the hub’s way to a server is not, either', async () => {
    const { browser, hub, ada, ours } = await setUp()
    await putServer(hub, ada, '', READY)
    const next = encodeURIComponent('/hub/user/mallory/')
    const { status, headers } = await browser.get(`/hub/spawn/ada?next=${next}`, ours)
    expect([status, headers.get('hx-redirect')]).toEqual([200, '/hub/user/mallory/'])
  })

  it('to a page of the hub is one, and so is every redirect for a person', async () => {
    const { browser, hub, ada, ours, xsrf } = await setUp()
    const ended = await browser.post('/hub/sessions/end-others', { _xsrf: xsrf }, ours)
    expect(ended.headers.get('location')).toMatch(/^\/hub\/home/)
    await putServer(hub, ada, '', READY)
    const person = await browser.get('/hub/spawn/ada')
    expect([person.status, person.headers.get('location')]).toEqual([302, '/user/ada/'])
    expect(person.headers.get('hx-redirect')).toBeNull()
  })
})
