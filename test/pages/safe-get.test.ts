import { describe, expect, it } from 'vitest'
import type { StoreEvent } from '../../src/store/port.ts'
import { putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const
const PATHS = [
  '/hub/',
  '/hub/home',
  '/hub/login',
  '/hub/logout',
  '/hub/spawn',
  '/hub/spawn/ada',
  '/hub/spawn/ada/new?opt-a=1',
  '/hub/spawn/ada/run',
  '/hub/stop/ada/run',
  '/hub/rename/ada/run',
  '/hub/delete/ada/run',
  '/hub/user-redirect/lab',
  '/hub/home/add-server?server=new',
  '/hub/shared/ada/run/leave',
  '/hub/spawn-pending/ada',
  '/hub/spawn-pending/ada/run',
  '/hub/user/ada/lab',
  '/hub/static/hubgate.css',
  '/hub/nothing',
]

describe.each(['GET', 'HEAD'])('%s', (method) => {
  it.each(PATHS)('%s writes nothing', async (path) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'run', READY)
    const browser = await signedIn('ada')
    const events: StoreEvent[] = []
    const stop = hub.store.watch((event) => events.push(event))
    await browser.send(method, path)
    stop()
    expect(events).toEqual([])
  })
})

it('answers 405 to methods that a page does not have', async () => {
  const { signedIn } = await openSite()
  const ada = await signedIn('ada')
  const wanted: [string, string][] = [
    ['PUT', '/hub/home'],
    ['POST', '/hub/home'],
    ['DELETE', '/hub/spawn/ada'],
    ['GET', '/hub/stop/ada'],
    ['GET', '/hub/sessions/end-others'],
    ['GET', '/hub/sessions/0123456789abcdef0123456789abcdef/end'],
    ['POST', '/hub/spawn-pending/ada'],
    ['PUT', '/hub/user/ada/'],
    ['HEAD', '/hub/user/ada/'],
    ['POST', '/hub/static/hubgate.css'],
  ]
  for (const [method, path] of wanted) {
    expect([method, path, (await ada.send(method, path)).status]).toEqual([method, path, 405])
  }
})

describe('pages for scripts and frames', () => {
  it.each<[Record<string, string>, number]>([
    [{ 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' }, 200],
    [
      {
        'sec-fetch-dest': 'document',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-site': 'cross-site',
      },
      200,
    ],
    [{ 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }, 403],
    [
      { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' },
      403,
    ],
    [
      { 'sec-fetch-dest': 'embed', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' },
      403,
    ],
    [
      { 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' },
      403,
    ],
    [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' }, 403],
  ])('%j gets %i', async (headers, status) => {
    const { signedIn } = await openSite()
    const ada = await signedIn('ada')
    for (const path of ['/hub/', '/hub/home', '/hub/logout', '/hub/spawn/ada']) {
      expect((await ada.get(path, headers)).status).toBe(status)
    }
  })
})

it.each([
  '/hub/',
  '/hub/home',
  '/hub/spawn/ada?a=1&b=2',
  '/hub/spawn-pending/ada',
  '/hub/user/ada/lab?x=1',
])('sends who is not signed in from %s to the login page and back', async (path) => {
  const { browser } = await openSite()
  const one = browser()
  const response = await one.get(path)
  const location = response.headers.get('location') ?? ''
  expect(response.status).toBe(302)
  expect(location).toBe(`/hub/login?next=${encodeURIComponent(path)}`)
  const next = new URL(location, 'http://localhost').searchParams.get('next') ?? ''
  expect((await one.signIn('ada', { next })).headers.get('location')).toBe(path)
})

it('has its root with a slash', async () => {
  const { browser } = await openSite()
  const response = await browser().get('/hub')
  expect([response.status, response.headers.get('location')]).toEqual([301, '/hub/'])
})
