import { describe, expect, it } from 'vitest'
import { putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const ROOT = '/hub/user-redirect'

/** Where a link leads, by way of the start page. */
function nextOf(location: string | null): string | null {
  const { origin, pathname, searchParams } = new URL(location ?? '', 'http://localhost')
  expect([origin, pathname]).toEqual(['http://localhost', '/hub/spawn/ada'])
  return searchParams.get('next')
}

describe('user-redirect', () => {
  it.each([
    ['', '/user/ada/'],
    ['/', '/user/ada/'],
    ['/lab', '/user/ada/lab'],
    ['/lab/tree/a%20b.ipynb?x=1&y=%2F', '/user/ada/lab/tree/a%20b.ipynb?x=1&y=%2F'],
    [
      '/git-pull?repo=https%3A%2F%2Fx.example%2Fa',
      '/user/ada/git-pull?repo=https%3A%2F%2Fx.example%2Fa',
    ],
    ['/lab?next=//evil.example', '/user/ada/lab?next=//evil.example'],
    ['//evil.example', '/user/ada//evil.example'],
    ['/https://evil.example/', '/user/ada/https://evil.example/'],
    ['/@evil.example', '/user/ada/@evil.example'],
    ['/%5C%5Cevil.example', '/user/ada/%5C%5Cevil.example'],
    ['/%2F%2Fevil.example', '/user/ada/%2F%2Fevil.example'],
    ['/..%2F..%2Fhub%2Fhome', '/user/ada/..%2F..%2Fhub%2Fhome'],
    ['/%0d%0aSet-Cookie:x', '/user/ada/%0d%0aSet-Cookie:x'],
    [`/${'x'.repeat(5000)}`, '/user/ada/'],
  ])('%s leads to %s', async (path, next) => {
    const { signedIn } = await openSite()
    const response = await (await signedIn('ada')).get(ROOT + path)
    expect(response.status).toBe(302)
    expect(nextOf(response.headers.get('location'))).toBe(next)
  })

  it.each(['/../home', '/%2e%2e/home', '/a/../../../../evil', '/.%2e/%2e./x'])(
    '%s leads nowhere but to the viewer’s server',
    async (path) => {
      const { signedIn } = await openSite()
      const response = await (await signedIn('ada')).get(ROOT + path)
      const location = response.headers.get('location') ?? '/hub/spawn/ada?next=/user/ada/'
      expect(nextOf(location)).toMatch(/^\/user\/ada\//)
    },
  )

  it('goes on to a server that runs, and starts none', async () => {
    const { hub, ada, signedIn } = await openSite()
    const browser = await signedIn('ada')
    const first = await browser.get(`${ROOT}/lab?a=1`)
    const asked = await browser.get(first.headers.get('location') ?? '')
    expect(await asked.text()).toContain('name="next" value="/user/ada/lab?a=1"')
    expect(await hub.store.count(['server'])).toBe(0)
    await putServer(hub, ada, '', { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' })
    const second = await browser.get(first.headers.get('location') ?? '')
    expect([second.status, second.headers.get('location')]).toEqual([302, '/user/ada/lab?a=1'])
  })

  it('sends who is not signed in to do so, and back', async () => {
    const { browser } = await openSite()
    const one = browser()
    const path = `${ROOT}/lab?a=1`
    const response = await one.get(path)
    expect(response.headers.get('location')).toBe(`/hub/login?next=${encodeURIComponent(path)}`)
    expect((await one.signIn('ada', { next: path })).headers.get('location')).toBe(path)
  })

  it('is only for GET', async () => {
    const { signedIn } = await openSite()
    expect((await (await signedIn('ada')).post(`${ROOT}/lab`, {})).status).toBe(405)
  })
})
