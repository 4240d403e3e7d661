import { expect, it } from 'vitest'
import {
  openServerSession,
  principalOfServerSession,
  principalOfSession,
} from '../../src/hub/identity/sessions.ts'
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
  expect(response.headers.get('location')).toBe('/hub/login')
  expect(response.headers.getSetCookie()).toEqual([
    'hubgate-login=; Path=/hub/; Max-Age=0; HttpOnly; SameSite=Lax',
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

it('goes to the login page when nobody is signed in', async () => {
  const { browser } = await openSite()
  expect((await browser().get('/hub/logout')).headers.get('location')).toBe('/hub/login')
  expect((await browser().post('/hub/logout', {})).status).toBe(403)
})
