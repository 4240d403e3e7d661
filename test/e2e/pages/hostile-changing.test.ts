import { beforeEach, expect, it } from 'vitest'
import { expectNothingOf, hostileSetting, reached, signedInAs, stateOf, TRAP } from './hostile.ts'

let before: unknown

const setting = hostileSetting()

beforeEach(async () => {
  before = await stateOf(setting.test, 'root')
})

/** Nothing at the hub is other than before, and the visitor is still who they were. */
async function expectUnchanged(): Promise<void> {
  expect(await signedInAs(setting.victim.context)).toBe('root')
  expect(await stateOf(setting.test, 'root')).toEqual(before)
}

const FORMS: [path: string, fields: Record<string, string>][] = [
  ['/hub/logout', {}],
  ['/hub/logout', { everywhere: '1' }],
  ['/hub/spawn/root', {}],
  ['/hub/spawn/root/evil', { next: '/user/mallory/' }],
  ['/hub/stop/mallory', {}],
  ['/hub/sessions/end-others', {}],
  ['/hub/token', { note: 'evil' }],
  ['/hub/accept-share', { code: 'x' }],
  ['/hub/api/users/root/tokens', { note: 'evil' }],
  ['/hub/api/users/evil', {}],
  ['/hub/api/groups/evil', {}],
]

/** Wrong values for the XSRF field, and none. */
const GUESSES = [undefined, 'x'.repeat(43)]

it('sends no form that is obeyed, in a window of its own', async () => {
  const page = await setting.victim.context.newPage()
  for (const [path, fields] of FORMS) {
    for (const guess of GUESSES) {
      await page.goto(TRAP)
      const all = guess === undefined ? fields : { ...fields, _xsrf: guess }
      const [answer] = await Promise.all([
        page.waitForResponse((one) => one.url().endsWith(path)),
        page.waitForEvent('load'),
        page.evaluate(`{
          const form = document.createElement('form')
          Object.assign(form, { method: 'post', action: ${JSON.stringify(path)} })
          for (const [name, value] of Object.entries(${JSON.stringify(all)})) {
            form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
          }
          document.body.append(form)
          form.submit()
        }`),
      ])
      expect([path, guess, answer.status() >= 400]).toEqual([path, guess, true])
    }
  }
  await page.close()
  await expectUnchanged()
})

it('sends no form into a frame, nor by a script, a beacon or a ping', async () => {
  const found = await setting.victim.page.evaluate<number[]>(`(async () => {
    const found = []
    for (const [path, fields] of ${JSON.stringify(FORMS)}) {
      const frame = Object.assign(document.createElement('iframe'), { name: 'trap' })
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', action: path, target: 'trap' })
      document.body.append(frame, form)
      const loaded = new Promise((done) => { frame.onload = done })
      form.submit()
      await loaded
      for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json', 'multipart/form-data']) {
        for (const headers of [{}, { 'X-XSRFToken': 'guess' }, { 'X-Hubgate-XSRF': 'guess' }]) {
          const body = type.endsWith('json') ? JSON.stringify(fields) : new URLSearchParams(fields).toString()
          const sent = { method: 'POST', body, headers: { ...headers, 'content-type': type } }
          found.push((await fetch(path, sent)).status)
          found.push((await fetch(path, { ...sent, mode: 'same-origin', referrerPolicy: 'no-referrer' })).status)
        }
      }
      navigator.sendBeacon(path, new URLSearchParams(fields))
      const link = Object.assign(document.createElement('a'), { href: '#', ping: path })
      document.body.append(link)
      link.click()
      frame.remove()
    }
    return found
  })()`)
  expect(found.filter((status) => status < 400)).toEqual([])
  await expectUnchanged()
})

it('changes nothing by the API with another method', async () => {
  const found = await setting.victim.page.evaluate<number[]>(`(async () => {
    const found = []
    for (const [method, path] of [
      ['DELETE', '/hub/api/users/root/server'], ['DELETE', '/hub/api/users/mallory/server'],
      ['PATCH', '/hub/api/users/root'], ['POST', '/hub/api/groups/evil'],
      ['DELETE', '/hub/api/users/root/sessions'], ['POST', '/hub/api/shutdown'],
      ['POST', '/hub/api/users/root/activity'], ['POST', '/hub/api/users/root/tokens'],
    ]) {
      for (const query of ['', '?_xsrf=guess', '?_xsrf=']) {
        found.push((await fetch(path + query, { method, body: '{}', headers: { 'content-type': 'application/json' } })).status)
      }
    }
    return found
  })()`)
  expect(found.filter((status) => status !== 403)).toEqual([])
  await expectUnchanged()
})

it('makes nothing happen by addresses alone: an image, a frame, a window, a redirect', async () => {
  const paths = ['/hub/logout', '/hub/stop/mallory', '/hub/spawn/root', '/hub/sessions/end-others']
  await setting.victim.page.evaluate(`(async () => {
    for (const path of ${JSON.stringify(paths)}) {
      for (const tag of ['img', 'iframe', 'script', 'embed', 'video']) {
        document.body.append(Object.assign(document.createElement(tag), { src: path }))
      }
      await fetch(path).catch(() => undefined)
    }
  })()`)
  for (const path of paths) {
    await setting.victim.page.goto(`${TRAP}answer?status=302&h=Location:${path}`)
    await setting.victim.page.goto(TRAP)
    const refresh = encodeURIComponent(`Refresh:0;url=${path}`)
    await setting.victim.page.goto(`${TRAP}answer?h=${refresh}`)
  }
  await expectUnchanged()
})

it('signs nobody in under another name while somebody is signed in', async () => {
  const mallory = await (await setting.test.context()).newPage()
  await mallory.goto('/hub/login')
  const field = await mallory.locator('input[name="_xsrf"]').getAttribute('value')
  const presession = (await mallory.context().cookies(`${setting.test.gateway.url}/hub/login`))[0]
    ?.value
  const [answer] = await Promise.all([
    setting.victim.page.waitForResponse((one) => one.url().endsWith('/hub/login')),
    setting.victim.page.evaluate(`{
      document.cookie = 'hubgate-presession=${presession}; path=/hub/login'
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', action: '/hub/login' })
      for (const [name, value] of [['username', 'mallory'], ['password', 'open sesame'], ['_xsrf', '${field}']]) {
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
      }
      document.body.append(form)
      form.submit()
    }`),
  ])
  expect(answer.status()).toBe(409)
  await setting.victim.page.getByText('You are signed in as root here. Sign out first.').waitFor()
  await mallory.context().close()
  await expectUnchanged()
})

it('agrees to nothing in the visitor’s name: the consent form is the hub’s own', async () => {
  const address =
    '/hub/api/oauth2/authorize?client_id=jupyterhub-user-mallory&response_type=code&redirect_uri=%2Fuser%2Fmallory%2Foauth_callback'
  const found = await setting.victim.page.evaluate<[number, string][]>(`(async () => {
    const found = []
    for (const body of ['', 'scopes=admin:users', 'scopes=self&_xsrf=guess']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await fetch('${address}', { method: 'POST', headers, body })
      found.push([answer.status, await answer.text()])
    }
    return found
  })()`)
  for (const [status] of found) expect(status).toBe(403)
  expectNothingOf(setting.victim, found)
  await expectUnchanged()
})

it('is told nothing of the hub’s by what reaches its server', async () => {
  await setting.victim.page.goto('/hub/home')
  await setting.victim.page.goto(TRAP)
  await setting.victim.page.goto('/hub/user/mallory/lab')
  expectNothingOf(setting.victim, await reached(setting.victim.page))
})
