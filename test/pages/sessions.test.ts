import { describe, expect, it } from 'vitest'
import { closeSession } from '../../src/hub/identity/session-ends.ts'
import { openSession, principalOfSession } from '../../src/hub/identity/sessions.ts'
import { putServer } from '../support/people.ts'
import type { Browser } from './site.ts'
import { openSite } from './site.ts'

const LOGIN = 'hubgate-login /hub/'
const SID = 'jupyterhub-session-id /'
const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const

const sidOf = (browser: Browser): string => browser.cookies.get(SID)?.value ?? ''
const secretOf = (browser: Browser): string => browser.cookies.get(LOGIN)?.value ?? ''

/** What the home page says of sessions. */
async function sectionOf(browser: Browser): Promise<string> {
  const html = await (await browser.get('/hub/home')).text()
  return html.split('Where you are signed in')[1] ?? ''
}

describe('the list of sessions on the home page', () => {
  it('has each with what tells it apart, this one first', async () => {
    const { hub, ada, signedIn } = await openSite()
    const one = await signedIn('ada')
    hub.clock.advance(60_000)
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const other = await openSession(hub, ada, { address: '192.0.2.9', agent })
    const section = await sectionOf(one)
    const [, first = '', second = '', third] = section.split('<li class="row">')
    expect(third).toBeUndefined()
    expect(first).toContain('this one')
    expect(first).toContain(`action="/hub/sessions/${sidOf(one)}/end"`)
    expect(first).toContain('from 192.0.2.1,')
    expect(second).toContain('<h3>Firefox on Linux</h3>')
    expect(second).toContain('from 192.0.2.9,')
    expect(second).toContain(
      'Signed in <time datetime="2026-11-22T21:09:19.673Z" title="2026-11-22 21:09 UTC">just now',
    )
    expect(second).toContain(`action="/hub/sessions/${other.session.sid}/end"`)
    expect(section).toContain('action="/hub/sessions/end-others"')
  })

  it('has nobody else’s, and nothing to end others with where there are none', async () => {
    const { signedIn } = await openSite()
    const [ada, eve] = [await signedIn('ada'), await signedIn('eve')]
    const section = await sectionOf(ada)
    expect(section).not.toContain(sidOf(eve))
    expect(section).not.toContain('end-others')
  })

  it('escapes what a browser calls itself', async () => {
    const { hub, ada, signedIn } = await openSite()
    await openSession(hub, ada, { agent: '<script>alert(1)</script>', address: '"><b>' })
    const section = await sectionOf(await signedIn('ada'))
    expect(section).toContain('<h3>&lt;script&gt;alert')
    expect(section).not.toContain('<b>')
  })

  it('is short even for somebody with many, and says so', async () => {
    const { hub, ada, signedIn } = await openSite()
    for (let i = 0; i < 30; i++) await openSession(hub, ada)
    const section = await sectionOf(await signedIn('ada'))
    expect(section.split('<li class="row">')).toHaveLength(21)
    expect(section).toContain('And 11 more')
    expect(section).toContain('end-others')
  })
})

describe('ending a session', () => {
  it('of another browser signs that one out', async () => {
    const { hub, signedIn } = await openSite()
    const [one, other] = [await signedIn('ada'), await signedIn('ada')]
    const path = `/hub/sessions/${sidOf(other)}/end`
    const answer = await one.post(path, { _xsrf: await one.xsrf() })
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/hub/home?done=session-ended',
    ])
    expect(await principalOfSession(hub, secretOf(other))).toBeUndefined()
    expect((await one.get('/hub/home')).status).toBe(200)
    expect((await one.post(path, { _xsrf: await one.xsrf() })).status).toBe(303)
  })

  it('of this browser is signing out', async () => {
    const { hub, signedIn } = await openSite()
    const one = await signedIn('ada')
    const secret = secretOf(one)
    const path = `/hub/sessions/${sidOf(one)}/end`
    const answer = await one.post(path, { _xsrf: await one.xsrf() })
    expect(answer.headers.get('location')).toBe('/hub/login?done=signed-out')
    expect([one.cookies.has(LOGIN), one.cookies.has(SID)]).toEqual([false, false])
    expect(await principalOfSession(hub, secret)).toBeUndefined()
  })

  it('is not possible for somebody else’s', async () => {
    const { hub, signedIn } = await openSite()
    const [ada, eve] = [await signedIn('ada'), await signedIn('eve')]
    await eve.post(`/hub/sessions/${sidOf(ada)}/end`, { _xsrf: await eve.xsrf() })
    await eve.post('/hub/sessions/end-others', { _xsrf: await eve.xsrf() })
    expect(await principalOfSession(hub, secretOf(ada))).toBeDefined()
  })

  it('of all others leaves this one', async () => {
    const { hub, signedIn } = await openSite()
    const [one, two, three] = [await signedIn('ada'), await signedIn('ada'), await signedIn('ada')]
    const answer = await one.post('/hub/sessions/end-others', { _xsrf: await one.xsrf() })
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/hub/home?done=sessions-ended',
    ])
    for (const gone of [two, three]) {
      expect(await principalOfSession(hub, secretOf(gone))).toBeUndefined()
    }
    expect((await one.get('/hub/home')).status).toBe(200)
  })
})

describe('the public id of the session', () => {
  it.each(['/hub/home', '/hub/login', '/hub/spawn/ada', '/hub/user/ada/', '/hub/user/eve/'])(
    '%s gives it back to a browser that lost it',
    async (path) => {
      const { hub, ada, signedIn } = await openSite({ admin_users: ['ops'] })
      await putServer(hub, ada, '', READY)
      const one = await signedIn('ada')
      await signedIn('eve')
      const sid = sidOf(one)
      const lines = async () =>
        (await one.get(path)).headers.getSetCookie().filter((line) => line.startsWith('jupyterhub'))
      expect(await lines()).toEqual([])
      one.cookies.delete(SID)
      const expected = `jupyterhub-session-id=${sid}; Path=/; HttpOnly; SameSite=Lax`
      expect(await lines()).toEqual(path === '/hub/user/eve/' ? [] : [expected])
    },
  )

  it('is not given to who is not signed in', async () => {
    const { browser } = await openSite()
    for (const path of ['/hub/home', '/hub/login', '/hub/user/ada/']) {
      const lines = (await browser().get(path)).headers.getSetCookie().join()
      expect(lines).not.toContain('jupyterhub-session-id')
    }
  })

  it('is not given back by an answer that comes after the session is over (P31)', async () => {
    const { hub, activity, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', READY)
    const one = await signedIn('ada')
    one.cookies.delete(SID)
    const secret = secretOf(one)
    // Signs out elsewhere while this page is being made.
    const { lastOfServer } = activity
    activity.lastOfServer = async (...of) => {
      await closeSession(hub, secret)
      return lastOfServer.apply(activity, of)
    }
    const answer = await one.get('/hub/home')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await principalOfSession(hub, secret)).toBeUndefined()
  })
})
