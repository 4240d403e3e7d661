import { expect, it } from 'vitest'
import { expectNothingOf, hostileSetting, TRAP, trapWith } from './hostile.ts'

const setting = hostileSetting()

const PAGES = [
  ...['/hub/', '/hub/home', '/hub/login', '/hub/logout', '/hub/token', '/hub/admin'],
  ...['/hub/spawn', '/hub/spawn/root', '/hub/spawn-pending/mallory', '/hub/accept-share?code=x'],
  '/hub/api/oauth2/authorize?client_id=x&response_type=code',
]
const API = ['/hub/api/user', '/hub/api/users', '/hub/api/users/root/tokens', '/hub/api/info']

/** Runs the page's own code: the body of an async function. */
function run<Found>(code: string): Promise<Found> {
  return setting.victim.page.evaluate(`(async () => { ${code} })()`)
}

/** A script's text of what an element or a request came to, within two seconds. */
const HELPERS = `
  const soon = (what) => Promise.race([what, new Promise((done) => setTimeout(done, 2000, 'late'))])
  const tried = async (what) => { try { return await soon(what()) } catch (error) { return String(error) } }
`

it('fetches no page, whatever the request looks like', async () => {
  const found = await run<[string, number, string][]>(`${HELPERS}
    const ways = [
      {}, { credentials: 'include' }, { mode: 'no-cors' }, { mode: 'same-origin' }, { method: 'HEAD' },
      { redirect: 'manual' }, { cache: 'force-cache' }, { cache: 'reload' }, { keepalive: true },
      { referrer: '/hub/home', referrerPolicy: 'unsafe-url' }, { referrerPolicy: 'no-referrer' },
      { headers: { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', accept: 'text/html' } },
      { headers: { 'X-Hubgate-XSRF': 'guess', 'X-XSRFToken': 'guess', 'HX-Request': 'true' } },
      { headers: { 'Sec-Purpose': 'prefetch', purpose: 'prefetch' } },
    ]
    const found = []
    for (const path of ${JSON.stringify(PAGES)}) {
      for (const way of ways) {
        const answer = await fetch(path, way)
        found.push([path, answer.status, await answer.text()])
      }
    }
    return found`)
  expectNothingOf(setting.victim, found)
  expect(found.filter(([, status]) => status !== 403 && status !== 404)).toEqual([])
  expect(found.length).toBeGreaterThan(PAGES.length)
})

it('is not led to a page by a redirect of its own server', async () => {
  const found = await run<[number, string, string][]>(`
    const found = []
    for (const status of [301, 302, 303, 307, 308]) {
      const to = '${TRAP}answer?status=' + status + '&h=' + encodeURIComponent('Location:/hub/home')
      const answer = await fetch(to)
      found.push([answer.status, answer.url, await answer.text()])
    }
    return found`)
  expectNothingOf(setting.victim, found)
  for (const [status] of found) expect(status).toBe(403)
})

it('reads nothing by the API with the visitor’s cookie', async () => {
  const found = await run<[string, number, string][]>(`
    const ways = [
      {}, { headers: { 'X-XSRFToken': 'guess' } }, { headers: { accept: 'text/event-stream' } },
      { headers: { authorization: 'token ' } }, { headers: { 'Sec-Fetch-Dest': 'document' } },
    ]
    const found = []
    for (const path of ${JSON.stringify(API)}) {
      for (const way of ways) {
        const answer = await fetch(path, way)
        found.push([path, answer.status, await answer.text()])
      }
    }
    return found`)
  expectNothingOf(setting.victim, found)
  for (const [, status] of found) expect([401, 403]).toContain(status)
})

it('opens no XHR document, event stream, socket, worker or module', async () => {
  const found = await run<string[]>(`${HELPERS}
    const path = '/hub/home'
    const document_ = () => new Promise((done) => {
      const request = new XMLHttpRequest()
      request.responseType = 'document'
      request.open('GET', path)
      request.onloadend = () => done(request.status + ' ' + request.response?.documentElement.outerHTML)
      request.send()
    })
    const events = (url) => () => new Promise((done) => {
      const source = new EventSource(url)
      source.onmessage = ({ data }) => done('read ' + data)
      source.onerror = () => done('refused')
    })
    const socket = (url) => () => new Promise((done) => {
      const one = new WebSocket(url)
      one.onopen = () => done('read')
      one.onerror = () => done('refused')
    })
    const worker = (Kind) => () => new Promise((done) => {
      const one = new Kind(path)
      one.onerror = () => done('refused')
    })
    return [
      await tried(document_),
      await tried(events(path)), await tried(events('/hub/api/users/mallory/server/progress')),
      await tried(socket('/hub/home')), await tried(socket('/hub/api/user')),
      await tried(worker(Worker)), await tried(worker(SharedWorker)),
      await tried(() => import(path)),
      await tried(() => import('/hub/api/user', { with: { type: 'json' } })),
    ]`)
  expectNothingOf(setting.victim, found)
  expect(found.filter((one) => String(one).startsWith('read'))).toEqual([])
})

it('embeds no page: no frame, object, script, style, image or transformation', async () => {
  const found = await run<string[]>(`${HELPERS}
    const put = (tag, attributes) => () => new Promise((done) => {
      const element = document.createElement(tag)
      element.onload = () => done(element)
      element.onerror = () => done(element)
      Object.assign(element, attributes)
      document.body.append(element)
    })
    const inside = (element) => {
      if (typeof element === 'string') return element
      try {
        const inner = element.contentDocument?.documentElement.outerHTML
        const rules = element.sheet && [...element.sheet.cssRules].map(({ cssText }) => cssText)
        return inner + ' ' + rules + ' ' + element.naturalWidth
      } catch (error) { return String(error) }
    }
    const found = []
    for (const path of ['/hub/home', '/hub/token', '/hub/logout', '/hub/api/user']) {
      for (const [tag, attributes] of [
        ['iframe', { src: path }], ['iframe', { src: path, sandbox: 'allow-same-origin allow-scripts' }],
        ['iframe', { src: path, credentialless: true }], ['object', { data: path }],
        ['object', { data: path, type: 'text/html' }], ['embed', { src: path, type: 'text/html' }],
        ['script', { src: path }], ['script', { src: path, type: 'module' }], ['img', { src: path }],
        ['link', { rel: 'stylesheet', href: path }], ['link', { rel: 'prefetch', href: path }],
        ['link', { rel: 'preload', as: 'fetch', href: path }],
        ['link', { rel: 'modulepreload', href: path }], ['link', { rel: 'manifest', href: path }],
      ]) found.push(inside(await tried(put(tag, attributes))))
      const cached = await tried(() =>
        fetch(path, { cache: 'only-if-cached', mode: 'same-origin' }).then((one) => one.text()))
      found.push(cached)
    }
    const parse = (text) => new DOMParser().parseFromString(text, 'text/xml')
    found.push(await tried(async () => {
      const sheet = parse('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">' +
        '<xsl:template match="/"><a><xsl:copy-of select="document(\\'/hub/home\\')"/></a></xsl:template></xsl:stylesheet>')
      const processor = new XSLTProcessor()
      processor.importStylesheet(sheet)
      return new XMLSerializer().serializeToString(processor.transformToDocument(parse('<a/>')))
    }))
    return found`)
  expectNothingOf(setting.victim, found)
})

it('has no part in what the browser fetches ahead of a visit', async () => {
  const rules = { prefetch: [{ source: 'list', urls: ['/hub/home', '/hub/token'] }] }
  const prerender = { prerender: [{ source: 'list', urls: ['/hub/home'], eagerness: 'immediate' }] }
  const found = await run<unknown>(`${HELPERS}
    for (const rules of ${JSON.stringify([rules, prerender])}) {
      const script = document.createElement('script')
      script.type = 'speculationrules'
      script.textContent = JSON.stringify(rules)
      document.head.append(script)
    }
    await new Promise((done) => setTimeout(done, 1000))
    const entries = performance.getEntries().map((entry) => JSON.stringify(entry))
    const caches_ = await tried(async () => (await caches.keys()).join())
    return [entries, caches_, await tried(() =>
      fetch('/hub/home', { cache: 'only-if-cached', mode: 'same-origin' }).then((one) => one.text()))]`)
  expectNothingOf(setting.victim, found)
})

it('finds nothing of the hub in what the origin keeps, nor in the addresses of the tab', async () => {
  await setting.victim.page.goto('/hub/home')
  await setting.victim.page.goto('/hub/logout')
  await setting.victim.page.goto(TRAP)
  const found = await run<unknown[]>(`
    const stored = [Object.entries(localStorage), Object.entries(sessionStorage)]
    const databases = await indexedDB.databases()
    const kept = [...stored, databases, await caches.keys()]
    const seen = [document.cookie, document.referrer, name, history.state, String(opener)]
    return [kept, seen, navigation.entries().map(({ url }) => url), await cookieStore.getAll()]`)
  expectNothingOf(setting.victim, found)
  expect(found[0]).toEqual([[], [], [], []])
  const [, [cookie, referrer, , state, opener]] = found as [unknown, string[]]
  expect([state, opener]).toEqual([null, 'null'])
  expect(cookie).toBe('')
  expect(new URL(referrer ?? '', setting.test.gateway.url).pathname).not.toMatch(/^\/hub\/./)
})

it('cannot have a service worker, here or for the whole origin', async () => {
  const found = await run<string[]>(`${HELPERS}
    const ways = [undefined, { scope: '/' }, { scope: '/hub/' }, { type: 'module' }]
    const found = []
    for (const way of ways) {
      found.push(await tried(() => navigator.serviceWorker.register('${TRAP}worker.js', way).then(() => 'registered')))
    }
    return [...found, 'registrations: ' + (await navigator.serviceWorker.getRegistrations()).length]`)
  expect(found.at(-1)).toBe('registrations: 0')
  expect(found).not.toContain('registered')
})

it('hears nothing that a page of the hub says to others of its origin', async () => {
  await setting.victim.page.evaluate(`window.heard = []
    addEventListener('storage', ({ key, newValue }) => heard.push([key, newValue]))
    for (const one of ['hub', 'htmx', 'hubgate']) new BroadcastChannel(one).onmessage = ({ data }) => heard.push(data)`)
  const other = await setting.victim.context.newPage()
  for (const path of ['/hub/home', '/hub/token', '/hub/logout']) await other.goto(path)
  expect(await setting.victim.page.evaluate('heard')).toEqual([])
})

const ORIGIN_WIDE = [
  'Service-Worker-Allowed:/',
  'Clear-Site-Data:"*"',
  'NEL:{"report_to":"x","max_age":9,"success_fraction":1}',
  'Report-To:{"group":"x","max_age":9,"endpoints":[{"url":"https://e.example/"}]}',
  'Alt-Svc:h2="evil.example:443"',
  'Strict-Transport-Security:max-age=9',
]

it('its server cannot tell browsers anything about the whole origin', async () => {
  for (const header of ORIGIN_WIDE) {
    const answer = await setting.victim.page.goto(trapWith(header))
    const name = header.split(':', 1)[0]?.toLowerCase() ?? ''
    expect(answer?.status()).toBe(200)
    expect(Object.keys((await answer?.allHeaders()) ?? {})).not.toContain(name)
  }
  await setting.victim.page.goto('/hub/home')
  expect(new URL(setting.victim.page.url()).pathname).toBe('/hub/home')
})
