import { describe, expect, it } from 'vitest'
import { errorPage } from '../../src/views/error-page.ts'
import { homePage } from '../../src/views/home/home-page.ts'
import { html } from '../../src/views/html.ts'
import { PAGE_HEADERS } from '../../src/views/page-headers.ts'
import { notRunningPage } from '../../src/views/servers/not-running-page.ts'
import { failedPage, progressPage } from '../../src/views/servers/progress-page.ts'
import { spawnPage } from '../../src/views/servers/spawn-page.ts'
import { loginPage } from '../../src/views/session/login-page.ts'
import { logoutPage } from '../../src/views/session/logout-page.ts'
import { acceptSharePage } from '../../src/views/shares/accept-share-page.ts'

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`

const hubPath = '/hub/'

/** Every page, with the same text wherever somebody outside has a say. */
function pages(text: string): [string, string][] {
  const viewer = { name: text, xsrf: text, admin: false }
  const common = { hubPath, viewer, user: text, server: text, startHref: text, next: text }
  const states = ['stopped', 'starting', 'running', 'stopping', 'failed'] as const
  const servers = states.map((state) => ({
    name: text,
    displayName: text,
    state,
    lastActivity: text,
    openHref: text,
    startHref: text,
    stopHref: text,
    progressHref: text,
  }))
  const session = { agent: text, address: text, signedIn: text, lastUse: text, endHref: text }
  const sessions = {
    viewer,
    sessions: [true, false].map((current) => ({ ...session, current })),
    more: 2,
    endOthersHref: text,
  }
  const events = [{ progress: 200, message: text }]
  const link = { href: text, label: text }
  return [
    ['login', loginPage({ hubPath, xsrf: text, next: text, username: text, error: text })],
    ['logout', logoutPage({ hubPath, viewer })],
    ['home', homePage({ hubPath, viewer, servers, sessions, addHref: text })],
    ['spawn', spawnPage(common)],
    [
      'accept share',
      acceptSharePage({
        hubPath,
        viewer,
        code: text,
        owner: text,
        server: text,
        ready: false,
        permissions: [text],
        next: text,
      }),
    ],
    ['progress', progressPage({ ...common, events, progressUrl: text, stopHref: text })],
    ['failed', failedPage({ ...common, message: text, output: text })],
    ['not running', notRunningPage({ ...common, mayStart: true })],
    ['not running, for a visitor', notRunningPage({ ...common, mayStart: false })],
    ['stopping', notRunningPage({ ...common, mayStart: true, stopping: true })],
    [
      'error',
      errorPage({
        status: 418,
        hubPath,
        viewer,
        title: text,
        message: text,
        advice: text,
        link,
        requestId: text,
      }),
    ],
  ]
}

describe.each(pages(HOSTILE))('the %s page', (_name, page) => {
  it('escapes what comes from outside', () => {
    expect(page).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toContain('<script>')
    expect(page).not.toContain('<img')
  })
})

describe.each(pages('plain'))('the %s page', (_name, page) => {
  it('needs no inline script or style, and nothing from elsewhere', () => {
    expect(page).not.toMatch(/\s(?:on\w+|style)=/)
    expect(page).not.toMatch(/<style|<script(?![^>]* src=)/)
    expect(page).not.toMatch(/https?:\/\//)
  })

  it('has a language, a title, one heading, a skip link and a main landmark', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(page).toMatch(/<title>[^<]+ · hubgate<\/title>/)
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page).toContain('<a class="skip" href="#main">')
    expect(page).toContain('<main id="main"')
  })

  it('labels every field, and gives every form that is posted its token', () => {
    const shown = [...page.matchAll(/<(?:input|progress) id="([^"]+)"/g)].map(([, id]) => id)
    for (const id of shown) expect(page).toContain(`<label for="${id ?? ''}">`)
    expect([...page.matchAll(/<input(?![^>]*(?:id=|type="hidden"))/g)]).toEqual([])
    const forms = page.split('<form').slice(1)
    for (const form of forms) {
      expect(form.slice(0, form.indexOf('</form>'))).toMatch(/method="post"[\s\S]*name="_xsrf"/)
    }
  })

  it('has no id twice', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('errorPage', () => {
  it.each([400, 403, 404, 405, 413, 424, 429, 500, 502, 503, 504])(
    'knows what to do about %i',
    (status) => {
      const page = errorPage({ status, hubPath, message: null, requestId: 'req-1' })
      expect(page).toContain(`role="alert" data-variant="error"><strong>${status}</strong> `)
      expect(page).toContain('<code>req-1</code>')
      expect(page).toContain('href="/hub/"')
      expect(page).not.toMatch(/undefined|null/)
    },
  )
})

describe('html', () => {
  it('is for what is at hand', () => {
    expect(() => html`<p>${Promise.resolve('later')}</p>`).toThrow(TypeError)
  })

  it('leaves out what is not there', () => {
    expect(html`<p>${undefined}${null}${false}${0}</p>`.toString()).toBe('<p>0</p>')
  })
})

it('has the headers that keep user content out', () => {
  expect(PAGE_HEADERS).toMatchObject({
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  })
})
