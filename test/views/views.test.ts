import { describe, expect, it } from 'vitest'
import { errorPage } from '../../src/views/error-page.ts'
import { homePage } from '../../src/views/home/home-page.ts'
import { html } from '../../src/views/html.ts'
import { authorizePage } from '../../src/views/oauth/authorize-page.ts'
import { PAGE_HEADERS } from '../../src/views/page-headers.ts'
import { failedPage } from '../../src/views/servers/failed-page.ts'
import { notRunningPage } from '../../src/views/servers/not-running-page.ts'
import type { ProfileCard } from '../../src/views/servers/profile-cards.ts'
import { progressPage } from '../../src/views/servers/progress-page.ts'
import { renamePage } from '../../src/views/servers/rename-page.ts'
import { spawnPage } from '../../src/views/servers/spawn-page.ts'
import { loginPage } from '../../src/views/session/login-page.ts'
import { logoutPage } from '../../src/views/session/logout-page.ts'
import { acceptSharePage } from '../../src/views/shares/accept-share-page.ts'
import { sharePage } from '../../src/views/shares/share-page.ts'
import type { SharePageProps } from '../../src/views/shares/share-props.ts'

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`

const hubPath = '/hub/'

/** Two profiles, with the same text everywhere. */
function profiles(text: string): ProfileCard[] {
  const option = { value: text, name: text }
  const options = [true, false].map((chosen) => ({ ...option, chosen }))
  return [true, false].map((chosen) => ({
    value: `${chosen} ${text}`,
    name: text,
    chosen,
    description: text,
    choices: [{ field: `${chosen}.${text}`, label: text, options }],
  }))
}

/** What a page about shares shows, with the same text everywhere. */
function sharing(text: string): Omit<SharePageProps, 'hubPath' | 'viewer'> {
  return {
    owner: text,
    server: text,
    path: 'ada/gpu',
    shares: (['user', 'group'] as const).map((kind) => ({
      kind,
      name: text,
      abilities: [text, text],
      since: text,
    })),
    paging: { offset: 0, limit: 1, total: 2 },
    invitations: [{ id: 'sc_1', abilities: [text], expires: text, used: 2, lastUsed: text }],
    moreInvitations: 1,
    mayShare: true,
    offers: [{ value: 'open', label: text }],
    again: { kind: 'group', name: text, may: 'open', error: text },
    madeLink: text,
    now: 0,
    done: text,
  }
}

/** Every page, with the same text wherever somebody outside has a say. */
function pages(text: string): [string, string][] {
  const viewer = { name: text, xsrf: text, admin: false }
  const common = { hubPath, viewer, user: text, server: text, startHref: text, next: text }
  const start = { mayStart: true, chosen: text }
  const starting = { ...common, ...start, progressUrl: text, stopHref: text }
  const states = ['stopped', 'starting', 'running', 'stopping', 'failed'] as const
  const servers = states.map((state) => ({
    name: text,
    displayName: text,
    id: `${state}-${text}`,
    state,
    profile: text,
    progress: { percent: 7, message: text },
    renameHref: text,
    shareHref: text,
    deleteHref: text,
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
    now: 0,
  }
  const shared = [true, false].map((ready) => ({
    owner: text,
    name: text,
    id: `${ready}-${text}`,
    ready,
    openHref: text,
    groups: [text, text],
    leaveHref: ready ? text : undefined,
  }))
  const events = [{ progress: 200, message: text }]
  const link = { href: text, label: text }
  return [
    ['login', loginPage({ hubPath, xsrf: text, next: text, username: text, error: text })],
    ['logout', logoutPage({ hubPath, viewer, servers: [text, ''], others: 2 })],
    ...[5, 1].map((limit): [string, string] => [
      `home, with room for ${limit - 1} more`,
      homePage({
        hubPath,
        viewer,
        own: { servers, hasOptions: limit === 1, now: 0 },
        add: {
          action: text,
          count: 1,
          limit,
          ...(limit === 1 ? {} : { typed: text, error: text }),
        },
        shared: { servers: shared, more: 2 },
        services: [{ name: text, href: text }],
        sessions,
        error: limit === 1 ? text : undefined,
      }),
    ]),
    ...[true, false].map((active): [string, string] => {
      const names = { name: text, displayName: text, active, error: text }
      return [
        active ? 'rename, too early' : 'rename',
        renamePage({ ...common, ...names, action: text }),
      ]
    }),
    ['spawn', spawnPage({ ...common, profiles: [] })],
    ['spawn, with profiles', spawnPage({ ...common, profiles: profiles(text), error: text })],
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
    ['share', sharePage({ ...sharing(text), hubPath, viewer })],
    [
      'share, for who may only look',
      sharePage({ ...sharing(text), hubPath, viewer, mayShare: false }),
    ],
    [
      'authorize',
      authorizePage({
        hubPath,
        viewer,
        client: text,
        redirectUri: text,
        action: '/hub/',
        scopes: [text],
        permissions: [text],
      }),
    ],
    ...[undefined, text].map((queue): [string, string] => [
      queue === undefined ? 'progress' : 'queue',
      progressPage({ ...starting, by: text, seconds: 65, events, queue }),
    ]),
    ['failed', failedPage({ ...common, ...start, reason: 'exited', message: text, output: text })],
    ['not running', notRunningPage({ ...common, ...start })],
    ['not running, for a visitor', notRunningPage({ ...common, ...start, mayStart: false })],
    ['stopping', notRunningPage({ ...common, ...start, stopping: true })],
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
    expect([...page.matchAll(/(?<!<label>)<input(?![^>]*(?:id=|type="hidden"))/g)]).toEqual([])
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
  it.each([400, 403, 404, 405, 413, 421, 424, 429, 500, 502, 503, 504])(
    'knows what to do about %i',
    (status) => {
      const page = errorPage({ status, hubPath, message: null, requestId: 'req-1' })
      expect(page).toContain('role="alert" data-variant="error">')
      expect(page).toContain(`Error ${status}, request <code id="request-id">req-1</code>`)
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
