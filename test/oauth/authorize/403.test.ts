import { describe, expect, test } from 'vitest'
import { ADA } from '../../api/harness.ts'
import { ORIGIN } from '../../pages/site.ts'
import { makeUser } from '../../support/people.ts'
import { agree, authorizePath, LAB, openWorld, PORTAL, QUICK } from '../world.ts'

describe('GET oauth2/authorize', () => {
  test('refuses whoever may not open the server', async () => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('grace')).get(authorizePath(LAB))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.json()).toEqual({
      code: 'forbidden',
      message: 'You do not have permission to access Server at /user/ada/',
    })
  })

  test('refuses whoever may not open the service, also one that asks nobody', async () => {
    const { hub, signedIn } = await openWorld()
    await makeUser(hub, 'bob')
    const browser = await signedIn('bob')
    for (const client of [PORTAL, QUICK]) {
      const answer = await browser.get(authorizePath(client))
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({
        message: expect.stringMatching(/^You do not have permission to access JupyterHub service /),
      })
    }
  })

  test('takes no token for a sign-in', async () => {
    const { app } = await openWorld()
    const headers = { authorization: `token ${ADA}` }
    const answer = await app.request(`${ORIGIN}${authorizePath(LAB)}`, { headers })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toMatch(/^\/hub\/login\?next=/)
  })

  test.each([
    [{ 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }],
    [{ 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' }],
  ])('is for people who go there, not for pages that load it: %j', async (headers) => {
    const { signedIn } = await openWorld()
    expect((await (await signedIn('ada')).get(authorizePath(LAB), headers)).status).toBe(403)
  })
})

describe('POST oauth2/authorize', () => {
  test('needs the value of the session’s forms', async () => {
    const { signedIn } = await openWorld()
    const browser = await signedIn('grace')
    const other = await (await signedIn('ada')).xsrf()
    for (const fields of [{}, { _xsrf: '' }, { _xsrf: other }]) {
      const answer = await browser.post(authorizePath(PORTAL), { scopes: 'identify', ...fields })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'xsrf' })
    }
  })

  test('needs the form to come from a page of ours', async () => {
    const { signedIn } = await openWorld()
    const browser = await signedIn('grace')
    const fields = { _xsrf: await browser.xsrf() }
    for (const headers of [
      { origin: 'https://portal.example' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      { origin: 'null' },
    ]) {
      const answer = await browser.post(authorizePath(PORTAL), fields, headers)
      expect(answer.status).toBe(403)
    }
  })

  test('refuses whoever is not signed in', async () => {
    const { browser } = await openWorld()
    const answer = await browser().post(authorizePath(PORTAL), { _xsrf: 'x' })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated' })
  })

  test('looks again whether the visitor may go there', async () => {
    const { hub, signedIn } = await openWorld()
    await makeUser(hub, 'bob')
    const browser = await signedIn('bob')
    expect((await agree(browser, authorizePath(QUICK), [])).status).toBe(403)
    expect((await agree(browser, authorizePath(LAB), [])).status).toBe(403)
  })
})
