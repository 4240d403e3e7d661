import { describe, expect, it } from 'vitest'
import {
  openServerSession,
  principalOfServerSession,
} from '../../src/hub/identity/server-sessions.ts'
import { principalOfSession } from '../../src/hub/identity/sessions.ts'
import { putOAuthToken, putServer } from '../support/people.ts'
import { openSite } from './site.ts'

it('asks first', async () => {
  const { signedIn } = await openSite()
  const ada = await signedIn('ada')
  const response = await ada.get('/hub/logout')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Sign out?')
  expect((await ada.get('/hub/home')).status).toBe(200)
})

it('ends the session and its cookies for servers, in all browsers that hold them', async () => {
  const { hub, signedIn } = await openSite()
  const ada = await signedIn('ada')
  const secret = ada.cookies.get('hubgate-login /hub/')?.value ?? ''
  const found = await principalOfSession(hub, secret)
  if (found === undefined) throw new Error('not signed in')
  const server = await openServerSession(hub, found.session, { user: 'ada', name: '' })
  const response = await ada.post('/hub/logout', { _xsrf: await ada.xsrf() })
  expect(response.status).toBe(302)
  expect(response.headers.get('location')).toBe('/hub/login?done=signed-out')
  expect(response.headers.getSetCookie()).toEqual([
    'hubgate-login=; Path=/hub/; Max-Age=0; HttpOnly; SameSite=Lax',
    'jupyterhub-session-id=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
  ])
  expect(await principalOfSession(hub, secret)).toBeUndefined()
  expect(await principalOfServerSession(hub, server.secret)).toBeUndefined()
  expect((await ada.get('/hub/home', { cookie: `hubgate-login=${secret}` })).status).toBe(302)
})

it('leaves other sessions of the user', async () => {
  const { signedIn } = await openSite()
  const [one, other] = [await signedIn('ada'), await signedIn('ada')]
  await one.post('/hub/logout', { _xsrf: await one.xsrf() })
  expect((await other.get('/hub/home')).status).toBe(200)
})

it('everywhere ends all of them, and nobody else’s', async () => {
  const { hub, signedIn } = await openSite()
  const [one, other, eve] = [await signedIn('ada'), await signedIn('ada'), await signedIn('eve')]
  const answer = await one.post('/hub/logout', { _xsrf: await one.xsrf(), everywhere: '1' })
  expect(answer.headers.get('location')).toBe('/hub/login?done=signed-out')
  for (const gone of [one, other]) expect((await gone.get('/hub/home')).status).toBe(302)
  expect((await eve.get('/hub/home')).status).toBe(200)
  expect(await hub.store.count(['session'])).toBe(1)
})

it('ends the OAuth tokens that were granted in the session, and no others', async () => {
  const { hub, ada, signedIn } = await openSite()
  const [one, other] = [await signedIn('ada'), await signedIn('ada')]
  const grant = async (browser: typeof one) => {
    const secret = browser.cookies.get('hubgate-login /hub/')?.value ?? ''
    const session = (await principalOfSession(hub, secret))?.session.sid ?? ''
    return putOAuthToken(hub, ada, { session })
  }
  const [ones, others, none] = [
    await grant(one),
    await grant(other),
    await putOAuthToken(hub, ada, {}),
  ]
  await one.post('/hub/logout', { _xsrf: await one.xsrf() })
  const left = await hub.store.getMany([ones, others, none])
  expect(left.map((entry) => entry !== undefined)).toEqual([false, true, true])
})

it('goes to the login page when nobody is signed in', async () => {
  const { browser } = await openSite()
  expect((await browser().get('/hub/logout')).headers.get('location')).toBe('/hub/login')
  expect((await browser().post('/hub/logout', {})).status).toBe(403)
})

describe('the page that asks', () => {
  const RUNS = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const

  it('names the servers that keep running, and no others', async () => {
    const { hub, ada, signedIn } = await openSite()
    const one = await signedIn('ada')
    expect(await (await one.get('/hub/logout')).text()).toContain('No server of yours is running.')
    await putServer(hub, ada, 'gpu', { ...RUNS, displayName: '<b>GPU</b>' })
    await putServer(hub, ada, 'idle')
    const html = await (await one.get('/hub/logout')).text()
    expect(html).toContain('Still running afterwards: <strong>&lt;b&gt;GPU&lt;/b&gt;</strong>.')
    expect(html).not.toContain('idle')
    await putServer(hub, ada, '', RUNS)
    expect(await (await one.get('/hub/logout')).text()).toContain('your default server')
  })

  it('offers to end other sessions where there are any, with their number', async () => {
    const { signedIn } = await openSite()
    const one = await signedIn('ada')
    await signedIn('eve')
    expect(await (await one.get('/hub/logout')).text()).not.toContain('everywhere')
    await signedIn('ada')
    const html = await (await one.get('/hub/logout')).text()
    expect(html).toContain('at one other place too')
    expect(html).toContain('name="everywhere"')
  })

  it('leads to a sign-in form that says that it is done, in words of ours alone', async () => {
    const { signedIn } = await openSite()
    const one = await signedIn('ada')
    const answer = await one.post('/hub/logout', { _xsrf: await one.xsrf() })
    const html = await (await one.get(answer.headers.get('location') ?? '')).text()
    expect(html).toContain('You are signed out.')
    expect(await (await one.get('/hub/login?done=you+won')).text()).not.toContain('role="status"')
  })
})
