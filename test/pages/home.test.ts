import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import type { ServerFailure, ServerRecord } from '../../src/model/server.ts'
import { putServer } from '../support/people.ts'
import type { Browser } from './site.ts'
import { openSite } from './site.ts'

const FAILURE: ServerFailure = {
  at: 0,
  status: 500,
  reason: 'exited',
  message: 'It ended.',
  output: 'Traceback',
}

const READY = { wanted: 'running', phase: 'ready' } as const
const STARTING = { wanted: 'running', phase: 'spawning' } as const

async function home(browser: Browser, path = '/hub/home'): Promise<string> {
  const response = await browser.get(path)
  expect(response.status).toBe(200)
  return response.text()
}

/** What the page says of a server. */
function row(html: string, title: string): string {
  const rows = html.split('<li class="row"').slice(1)
  return rows.find((part) => part.includes(`<h2>${title}`))?.split('</li>')[0] ?? ''
}

describe('the home page', () => {
  it('offers the default server before it was ever started', async () => {
    const { signedIn } = await openSite()
    const html = await home(await signedIn('ada'), '/hub/')
    const server = row(html, 'Default server')
    expect(server).toContain('Stopped')
    expect(server).toContain('never used')
    expect(server).toContain('method="post" action="/hub/spawn/ada"')
    expect(server).toContain('name="stay" value="home"')
    expect(server).toContain('href="/hub/rename/ada"')
    expect(server).not.toContain('/hub/delete/')
    expect(html).toContain('<strong>ada</strong>')
  })

  it.each<[Partial<ServerRecord>, string, string[]]>([
    [READY, 'Running', ['href="/user/ada/gpu/"', 'action="/hub/stop/ada/gpu"', '>Stop<']],
    [
      { wanted: 'running', phase: 'stopped' },
      'Starting',
      ['href="/hub/spawn-pending/ada/gpu"', 'action="/hub/stop/ada/gpu"', '>Cancel<'],
    ],
    [STARTING, 'Starting', ['href="/hub/spawn-pending/ada/gpu"', '<progress max="100" value="0"']],
    [{ wanted: 'stopped', phase: 'stopping' }, 'Stopping', ['aria-disabled="true"']],
    [{ wanted: 'stopped', phase: 'ready' }, 'Stopping', []],
    [
      { failure: FAILURE },
      'Failed to start',
      ['href="/hub/spawn-pending/ada/gpu">What happened</a>', 'action="/hub/spawn/ada/gpu"'],
    ],
    [{ failure: { ...FAILURE, reason: 'cancelled' } }, 'Stopped', ['action="/hub/spawn/ada/gpu"']],
    [{}, 'Stopped', ['href="/hub/rename/ada/gpu"', 'action="/hub/delete/ada/gpu"']],
  ])('shows %j as %s', async (state, text, parts) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', { displayName: 'Big one', ...state })
    const server = row(await home(await signedIn('ada')), 'Big one')
    expect(server).toContain(`>${text}</span>`)
    for (const part of parts) expect(server).toContain(part)
  })

  it.each([READY, STARTING, { wanted: 'stopped', phase: 'stopping' }] as const)(
    'lets nobody rename or delete what is active: %j',
    async (state) => {
      const { hub, ada, signedIn } = await openSite()
      await putServer(hub, ada, 'gpu', state)
      expect(row(await home(await signedIn('ada')), 'gpu')).not.toMatch(/\/hub\/(rename|delete)\//)
    },
  )

  it('says with which profile a server was started, and how far its start is', async () => {
    const profiles = [{ name: 'Small' }, { name: 'GPU <b>', slug: 'gpu' }]
    const { hub, ada, signedIn } = await openSite({ spawner: { kind: 'process', profiles } })
    const userOptions = { profile: 'gpu' }
    await putServer(hub, ada, 'one', { ...STARTING, userOptions, runId: 'r' })
    const events = [
      { progress: 10, message: 'First' },
      { progress: 42, message: 'Unpacking <i>' },
    ]
    await hub.store.commit({
      set: [{ key: ['progress', 'ada', 'one'], value: { runId: 'r', events } }],
    })
    const browser = await signedIn('ada')
    const server = row(await home(browser), 'one')
    expect(server).toContain('<p>GPU &lt;b&gt;</p>')
    expect(server).toContain('<progress max="100" value="42" aria-label="Start of one">')
    expect(server).toContain('42 %: Unpacking &lt;i&gt;')
    expect(row(await home(browser), 'Default server')).toContain(
      '<a class="button" href="/hub/spawn/ada">Open',
    )
  })

  it('says when a server was last used', async () => {
    const { hub, ada, activity, signedIn } = await openSite()
    await putServer(hub, ada, '')
    activity.touchServer(ada.id, '')
    const browser = await signedIn('ada')
    hub.clock.advance(5 * 60_000)
    expect(await home(browser)).toContain(
      'last used <time datetime="2026-11-22T21:08:19.673Z" title="2026-11-22 21:08 UTC">5 minutes ago</time>',
    )
  })

  it('escapes names', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'x"><b>', { displayName: '<img src=x onerror=alert(1)>' })
    const html = await home(await signedIn('ada'))
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(html).toContain('action="/hub/spawn/ada/x%22%3E%3Cb%3E"')
  })

  it('shows nobody else’s servers', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu')
    expect(await home(await signedIn('eve'))).not.toMatch(/(?<![\w-])gpu(?![\w-])/)
  })

  it('offers to share only to who may', async () => {
    const load_roles = [
      { name: 'sharer', scopes: ['shares!user=ada', 'read:users:name'], users: ['ada'] },
    ]
    const { signedIn } = await openSite({ load_roles })
    expect(await home(await signedIn('ada'))).toContain('href="/hub/share/ada"')
    expect(await home(await signedIn('eve'))).not.toContain('/hub/share/')
  })

  it.each<[string, Partial<ServerRecord>, string]>([
    ['server-starting', STARTING, 'The server is starting.'],
    ['server-starting', READY, ''],
    ['server-stopping', { wanted: 'stopped', phase: 'stopping' }, 'The server is stopping.'],
    ['server-stopping', {}, ''],
    ['server-renamed', {}, 'The server has its new name.'],
    ['<b>', {}, ''],
  ])('after %s, with a server that is %j, says %j', async (done, state, text) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', state)
    const html = await home(await signedIn('ada'), `/hub/home?done=${encodeURIComponent(done)}`)
    expect(html).toContain(`<p id="notice" class="notice" role="status">${text}</p>`)
  })

  it('looks again by itself while something is under way', async () => {
    const { hub, ada, signedIn } = await openSite()
    const browser = await signedIn('ada')
    await putServer(hub, ada, 'gpu', STARTING)
    const html = await home(browser, '/hub/home?done=server-starting')
    expect(html).toContain('hx-get="/hub/home?done=server-starting" hx-trigger="every 2s"')
    expect(html).toContain('content="2;url=/hub/home?done=server-starting"></noscript>')
    await putServer(hub, ada, 'gpu', READY)
    expect(await home(browser)).not.toMatch(/every 2s|http-equiv="refresh"/)
  })

  it('starts in place, and says there what is in the way', async () => {
    const { hub, ada, signedIn } = await openSite({ active_server_limit: 1 })
    const browser = await signedIn('ada')
    const fields = { _xsrf: await browser.xsrf(), stay: 'home' }
    const started = await browser.post('/hub/spawn/ada', fields)
    const location = started.headers.get('location')
    expect([started.status, location]).toEqual([303, '/hub/home?done=server-starting'])
    await putServer(hub, ada, 'gpu')
    const refused = await browser.post('/hub/spawn/ada/gpu', fields)
    expect(refused.status).toBe(429)
    const html = await refused.text()
    expect(html).toContain('<p id="form-error" role="alert"')
    expect(row(html, 'gpu')).toContain('Stopped')
    await putServer(hub, ada, '', READY)
    expect((await browser.post('/hub/spawn/ada', fields)).headers.get('location')).toBe(location)
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped' })
  })
})
