import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import { putServer } from '../support/people.ts'
import { TWO_PROFILES } from '../support/profiles.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const CONFIG = { spawner: { kind: 'process', profiles: TWO_PROFILES } } as const

async function open(): Promise<Site & { own: Browser }> {
  const site = await openSite(CONFIG)
  return { ...site, own: await site.signedIn('ada') }
}

/** What of the form is chosen: values of checked and selected fields. */
async function chosen(response: Response | Promise<Response>): Promise<string[]> {
  const html = await (await response).text()
  return [...html.matchAll(/value="([^"]*)"[^>]* (?:checked|selected)/g)].map(([, one = '']) => one)
}

describe('the form', () => {
  it('shows the profiles with their choices, the default chosen, and starts nothing', async () => {
    const { hub, own } = await open()
    const response = await own.get('/hub/spawn')
    const html = await response.clone().text()
    expect(html).toContain('> Small</label>')
    expect(html).toContain('<p id="about-gpu" class="help">For training</p>')
    expect(html).toContain('<select id="choice-gpu.memory" name="gpu.memory">')
    expect(await chosen(response)).toEqual(['small', '16-gb', 'one'])
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })

  it('remembers what was chosen last', async () => {
    const { hub, ada, own } = await open()
    await putServer(hub, ada, '', { userOptions: { profile: 'gpu', memory: '8', cards: 'two' } })
    expect(await chosen(own.get('/hub/spawn/ada'))).toEqual(['gpu', '8', 'two'])
  })

  it('shows the default where what was chosen is gone', async () => {
    const { hub, ada, own } = await open()
    await putServer(hub, ada, '', { userOptions: { profile: 'gone', memory: '8' } })
    expect(await chosen(own.get('/hub/spawn/ada'))).toEqual(['small', '16-gb', 'one'])
  })

  it.each([
    ['opt-profile=gpu', ['gpu', '16-gb', 'one']],
    ['opt-profile=gpu&opt-memory=8&opt-cards=%3Cb%3E', ['gpu', '8', 'one']],
    ['opt-profile=%3Cimg%20src=x%3E', ['small', '16-gb', 'one']],
  ])('can be chosen by an address, %s, which starts nothing', async (query, expected) => {
    const { hub, own } = await open()
    const response = await own.get(`/hub/spawn/ada?${query}`)
    expect(await response.clone().text()).not.toContain('<img')
    expect(await chosen(response)).toEqual(expected)
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })

  it('escapes what the config says', async () => {
    const profiles = [{ name: '<img src=x>', slug: 'x', description: '<img src=y>' }]
    const { signedIn } = await openSite({ spawner: { kind: 'process', profiles } })
    const html = await (await (await signedIn('ada')).get('/hub/spawn')).text()
    expect(html).toContain('&lt;img src=x&gt;')
    expect(html).not.toContain('<img')
  })
})

describe('a start', () => {
  it('keeps what was chosen; fields of other profiles do not count', async () => {
    const { hub, own } = await open()
    const fields = { profile: 'gpu', 'gpu.memory': '8', 'small.memory': '1' }
    const response = await own.post('/hub/spawn/ada', { _xsrf: await own.xsrf(), ...fields })
    expect(response.headers.get('location')).toBe('/hub/spawn-pending/ada')
    expect(await findServer(hub, 'ada', '')).toMatchObject({
      wanted: 'running',
      userOptions: { profile: 'gpu', memory: '8' },
    })
    expect(await (await own.get('/hub/spawn-pending/ada')).text()).toContain(
      'With: GPU (large), Memory: 8 GB, Cards: One',
    )
  })

  it('takes what was chosen last where nothing is', async () => {
    const { hub, ada, own } = await open()
    const userOptions = { profile: 'gpu', memory: '8' }
    await putServer(hub, ada, '', { userOptions })
    await own.post('/hub/spawn/ada', { _xsrf: await own.xsrf() })
    expect(await findServer(hub, 'ada', '')).toMatchObject({ wanted: 'running', userOptions })
  })

  it.each<[Record<string, string>, string, string[]]>([
    [{ profile: 'gone' }, 'profile', ['small', '16-gb', 'one']],
    [{ profile: 'gpu', 'gpu.memory': '1', 'gpu.cards': 'two' }, 'memory', ['gpu', '16-gb', 'two']],
    [{ profile: 'gpu', 'gpu.__proto__': 'x' }, '__proto__', ['gpu', '16-gb', 'one']],
  ])('of %j comes back with the rest as it was', async (fields, field, expected) => {
    const { hub, own } = await open()
    const sent = { _xsrf: await own.xsrf(), next: '/user/ada/lab', ...fields }
    const response = await own.post('/hub/spawn/ada', sent)
    const html = await response.clone().text()
    expect(response.status).toBe(400)
    expect(html).toContain(`What was chosen (${field}) is no longer there. Choose again.`)
    expect(html).toContain('name="next" value="/user/ada/lab"')
    expect(await chosen(response)).toEqual(expected)
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })

  it('is refused without the XSRF value', async () => {
    const { hub, own } = await open()
    expect((await own.post('/hub/spawn/ada', { profile: 'gpu' })).status).toBe(403)
    expect(await findServer(hub, 'ada', '')).toBeUndefined()
  })
})

it('the hub is full: the form says what to do and keeps what was chosen', async () => {
  const { hub, ada, signedIn } = await openSite({ ...CONFIG, active_server_limit: 1 })
  await putServer(hub, ada, 'other', { wanted: 'running', phase: 'ready' })
  const own = await signedIn('ada')
  const fields = { _xsrf: await own.xsrf(), profile: 'gpu', 'gpu.memory': '8' }
  const response = await own.post('/hub/spawn/ada', fields)
  expect(response.status).toBe(429)
  expect(await response.clone().text()).toContain('Stop one that you no longer need')
  expect(await chosen(response)).toEqual(['gpu', '8', 'one'])
})

it('a server that does not run, and one that failed, offer other options', async () => {
  const { hub, ada, own } = await open()
  const notRunning = await (await own.get('/hub/spawn-pending/ada?next=/user/ada/lab')).text()
  expect(notRunning).toContain('It starts with: Small')
  expect(notRunning).toContain('href="/hub/spawn/ada?next=%2Fuser%2Fada%2Flab"')
  const failure = {
    at: 0,
    status: 500,
    reason: 'exited',
    message: 'It ended.',
    output: '',
  } as const
  await putServer(hub, ada, '', { failure })
  const failed = await (await own.get('/hub/spawn-pending/ada')).text()
  expect(failed).toContain('Choose other options')
  expect(failed).toContain('Start again')
})
