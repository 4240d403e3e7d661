import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import { PageTest } from '../../support/page-visitor.ts'

let test: PageTest
/** Somebody who stays signed in. */
let ada: Page

beforeAll(async () => {
  test = await PageTest.open({ allow_named_servers: true })
  ada = await test.signedIn('ada')
  await test.gateway.startServer('ada')
})

afterAll(() => test[Symbol.asyncDispose]())

/** Encoded as an address has them; the browser must stay on our origin, at the default. */
const HOSTILE = [
  ...[
    '//evil.example',
    '///evil.example',
    '////evil.example/%2e%2e',
    '/%5Cevil.example',
    '%5C%5Cevil.example',
  ],
  ...[
    'https://evil.example',
    'https:evil.example',
    'https:/evil.example',
    'HTTPS://EVIL.EXAMPLE',
    'http:%5C%5Cevil.example',
  ],
  ...[
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//http://',
    '%01javascript:alert(1)',
    'java%09script:alert(1)',
  ],
  ...[
    'data:text/html,<script>alert(1)</script>',
    'blob:http://127.0.0.1/x',
    'view-source:http://evil.example',
  ],
  ...[
    '/%09/evil.example',
    '/%0A/evil.example',
    '%20//evil.example',
    '/%00/evil.example',
    '%E2%80%A8//evil.example',
  ],
  ...[
    'http://{host}@evil.example/',
    'http://{host}.evil.example/',
    'http://evil.example%23@{host}//',
    'http://{host}//evil.example',
  ],
  ...[
    'http://user:pass@{host}/hub/home',
    'http://{host}:1/hub/home',
    '/.//evil.example',
    '/user/..//evil.example',
  ],
  ...[
    '%2F%2Fevil.example%2F..',
    '/;@evil.example',
    '%F0%9F%8E%89//evil.example',
    '%EF%BC%8F%EF%BC%8Fevil.example',
  ],
]

const addresses = (): string[] =>
  HOSTILE.map((next) => next.replaceAll('{host}', new URL(test.gateway.url).host))

/** Where a browser goes, and whether it ever asked for another origin or a script ran. */
async function watched(
  context: BrowserContext,
  go: (page: Page) => Promise<unknown>,
): Promise<string> {
  const page = await context.newPage()
  const outside: string[] = []
  page.on('dialog', (dialog) => {
    outside.push(`dialog ${dialog.message()}`)
    dialog.dismiss().catch(() => undefined)
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== test.gateway.url) outside.push(request.url())
  })
  await go(page)
  await page.waitForLoadState()
  const url = new URL(page.url())
  await page.close()
  expect(outside).toEqual([])
  expect(url.origin).toBe(test.gateway.url)
  return url.pathname
}

/** Of each sort one: signing in by hand takes its time. */
const SOME = [0, 3, 5, 10, 16, 23]

it('goes home after signing in, wherever else a link would lead', async () => {
  for (const next of SOME.map((i) => addresses()[i] ?? '')) {
    const context = await test.context({ javaScript: false })
    const path = await watched(context, async (page) => {
      await page.goto(`/hub/login?next=${next.includes('%') ? next : encodeURIComponent(next)}`)
      await fillSignIn(page, 'grace')
      await page.waitForURL((url) => url.pathname !== '/hub/login')
    })
    await context.close()
    expect([next, path]).toEqual([next, '/hub/home'])
  }
})

/** What is but a strange path of the same origin, or begins with one in letters that are no slashes. */
function isOurs(next: string): boolean {
  return next.startsWith('/;') || /^%(?:F0|EF)/.test(next)
}

it('goes home when somebody is signed in already', async () => {
  for (const next of addresses()) {
    const path = await watched(ada.context(), (page) =>
      page.goto(`/hub/login?next=${next.includes('%') ? next : encodeURIComponent(next)}`),
    )
    expect([next, path]).toEqual([next, isOurs(next) ? path : '/hub/home'])
  }
})

it('goes to the server from the page that starts one', async () => {
  for (const next of addresses()) {
    const query = next.includes('%') ? next : encodeURIComponent(next)
    const path = await watched(ada.context(), (page) => page.goto(`/hub/spawn/ada?next=${query}`))
    expect([next, path]).toEqual([next, isOurs(next) ? path : '/user/ada/'])
  }
})

it('goes to the login page after signing out', async () => {
  const context = await test.context()
  const page = await context.newPage()
  await page.goto('/hub/login')
  await fillSignIn(page, 'grace')
  await page.waitForURL('**/hub/home')
  await page.goto('/hub/logout?next=//evil.example&redirect=https://evil.example')
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).first().click()
  await page.waitForURL('**/hub/login*')
  expect(new URL(page.url()).origin).toBe(test.gateway.url)
  await context.close()
})

it('goes to the shared server after accepting it', async () => {
  const made = await test.gateway.api<{ code: string }>('POST', '/share-codes/root/', { json: {} })
  for (const next of ['//evil.example', 'javascript:alert(1)', '/\\evil.example']) {
    const path = await watched(ada.context(), async (page) => {
      await page.goto(`/hub/accept-share?code=${made.body.code}&next=${encodeURIComponent(next)}`)
      await page
        .getByRole('main')
        .getByRole('button', { name: /accept/i })
        .first()
        .click()
      await page.waitForURL((url) => url.pathname !== '/hub/accept-share')
    })
    expect(path).toBe('/hub/user/root/')
  }
})

const EVIL = [
  '<img src=x onerror=ran=1>',
  '"><script>ran=1</script>',
  "'-ran=1-'",
  'javascript:ran=1',
  '</title><svg onload=ran=1>',
  '{{ran=1}}#{ran=1}',
  '\u202e<b>evil</b>\u2066\u200b',
]

it('shows what people and servers wrote as text: nothing of it runs', async () => {
  const { gateway } = test
  for (const [i, evil] of EVIL.entries()) {
    await gateway.api('POST', '/users/ada/tokens', { json: { note: evil, expires_in: 900 } })
    await gateway.api('POST', `/groups/${encodeURIComponent(`${evil}${i}`)}`)
    await gateway.api('POST', `/groups/${encodeURIComponent(`${evil}${i}`)}/users`, {
      json: { users: ['ada'] },
    })
    await gateway.api('POST', `/users/ada/servers/${encodeURIComponent(evil)}`)
  }
  const context = await test.context()
  const page = await context.newPage()
  const ran: string[] = []
  page.on('dialog', (dialog) => ran.push(dialog.message()))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) ran.push(message.text())
  })
  await page.goto('/hub/login')
  await fillSignIn(page, 'root')
  await page.waitForURL('**/hub/home')
  const evil = EVIL.map(encodeURIComponent)
  for (const path of [
    ...[
      '/hub/home',
      '/hub/token',
      '/hub/admin',
      '/hub/admin/groups',
      '/hub/admin/users',
      '/hub/nothing',
    ],
    ...evil.flatMap((one) => [
      `/hub/${one}`,
      `/hub/login?next=${one}`,
      `/hub/spawn/${one}`,
      `/hub/spawn/ada/${one}`,
      `/hub/spawn-pending/ada/${one}`,
      `/hub/user/ada/${one}`,
      `/hub/accept-share?code=${one}`,
      `/hub/home?done=${one}`,
      `/hub/admin?search=${one}&state=${one}&sort=${one}`,
      `/hub/api/oauth2/authorize?client_id=${one}&redirect_uri=${one}&scope=${one}`,
      `/user/ada/${one}/`,
    ]),
  ]) {
    await page.goto(path)
    const found = await page.evaluate(
      '[typeof ran, document.querySelectorAll("img[src=x], b, main svg[onload]").length]',
    )
    expect([path, found]).toEqual([path, ['undefined', 0]])
  }
  expect(ran).toEqual([])
  await context.close()
})

it('shows to somebody whose sign-in failed what they typed, as text', async () => {
  const context = await test.context()
  const page = await context.newPage()
  for (const evil of EVIL) {
    await page.goto('/hub/login')
    await fillSignIn(page, evil, 'wrong')
    await page.getByRole('alert').first().waitFor()
    expect(await page.evaluate('typeof ran')).toBe('undefined')
  }
  await context.close()
})

it('has a tab that is behind sign in again: a late answer revives no session', async () => {
  const first = await test.signedIn('linus')
  const cookies = await first.context().cookies()
  const sid = cookies.find(({ name }) => name === 'jupyterhub-session-id')?.value ?? ''
  const second = await first.context().newPage()
  await second.goto('/hub/home')
  // An answer of the second tab is under way while the first one signs out.
  let release: (() => void) | undefined
  const held = new Promise<void>((done) => {
    release = done
  })
  await second.route('**/hub/spawn/linus', async (route) => {
    const answer = await route.fetch()
    await held
    await route.fulfill({ response: answer })
  })
  const late = second.goto('/hub/spawn/linus')
  await first.goto('/hub/logout')
  await first.getByRole('main').getByRole('button', { name: 'Sign out' }).first().click()
  await first.waitForURL('**/hub/login*')
  release?.()
  await late
  const names = (await first.context().cookies()).map(({ name }) => name)
  expect(names).not.toContain('hubgate-login')
  await second.unrouteAll()
  await second.goto('/hub/home')
  expect(new URL(second.url()).pathname).toBe('/hub/login')
  const { status, text } = await test.gateway.api('GET', '/users/linus/sessions')
  expect([status, sid.length, text.includes(sid)]).toEqual([200, 32, false])
  await first.context().close()
})
