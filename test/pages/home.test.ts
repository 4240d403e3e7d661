import { describe, expect, it } from 'vitest'
import type { ServerFailure, ServerRecord } from '../../src/model/server.ts'
import { putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const FAILURE: ServerFailure = {
  at: 0,
  status: 500,
  reason: 'exited',
  message: 'It ended.',
  output: 'Traceback',
}

/** What the page says between the heading of a server and the next. */
function section(html: string, title: string): string {
  return html.split('<li class="row">').find((part) => part.includes(`<h2>${title}</h2>`)) ?? ''
}

describe('the home page', () => {
  it('offers the default server before it was ever started', async () => {
    const { signedIn } = await openSite()
    const html = await (await (await signedIn('ada')).get('/hub/')).text()
    const server = section(html, 'Default server')
    expect(server).toContain('Stopped')
    expect(server).toContain('never used')
    expect(server).toContain('method="post" action="/hub/spawn/ada"')
    expect(html).toContain('<strong>ada</strong>')
  })

  it.each<[Partial<ServerRecord>, string, string[]]>([
    [
      { wanted: 'running', phase: 'ready' },
      'Running',
      ['href="/user/ada/gpu/"', 'action="/hub/stop/ada/gpu"'],
    ],
    [
      { wanted: 'running', phase: 'stopped' },
      'Starting',
      ['href="/hub/spawn-pending/ada/gpu"', 'action="/hub/stop/ada/gpu"'],
    ],
    [{ wanted: 'running', phase: 'spawning' }, 'Starting', ['href="/hub/spawn-pending/ada/gpu"']],
    [{ wanted: 'stopped', phase: 'stopping' }, 'Stopping', ['href="/hub/spawn-pending/ada/gpu"']],
    [{ wanted: 'stopped', phase: 'ready' }, 'Stopping', []],
    [
      { failure: FAILURE },
      'Failed to start',
      ['href="/hub/spawn-pending/ada/gpu"', 'action="/hub/spawn/ada/gpu"'],
    ],
    [{ failure: { ...FAILURE, reason: 'cancelled' } }, 'Stopped', ['action="/hub/spawn/ada/gpu"']],
    [{}, 'Stopped', ['action="/hub/spawn/ada/gpu"']],
  ])('shows %j as %s', async (state, text, parts) => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu', { displayName: 'Big one', ...state })
    const html = await (await (await signedIn('ada')).get('/hub/home')).text()
    const server = section(html, 'Big one')
    expect(server).toContain(`>${text}</span>`)
    for (const part of parts) expect(server).toContain(part)
  })

  it('says when a server was last used', async () => {
    const { hub, ada, activity, signedIn } = await openSite()
    await putServer(hub, ada, '')
    activity.touchServer(ada.id, '')
    const html = await (await (await signedIn('ada')).get('/hub/home')).text()
    expect(html).toContain('<time datetime="2026-11-22T21:08:19.673Z">2026-11-22 21:08 UTC</time>')
  })

  it('escapes names', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'x"><b>', { displayName: '<script>alert(1)</script>' })
    const html = await (await (await signedIn('ada')).get('/hub/home')).text()
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain('action="/hub/spawn/ada/x%22%3E%3Cb%3E"')
  })

  it('shows nobody else’s servers', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, 'gpu')
    expect(await (await (await signedIn('eve')).get('/hub/home')).text()).not.toMatch(
      /(?<![\w-])gpu(?![\w-])/,
    )
  })

  it('offers named servers only where there are any', async () => {
    const { hub, signedIn } = await openSite()
    const ada = await signedIn('ada')
    expect(await (await ada.get('/hub/home')).text()).toContain('Add a named server')
    hub.reload({ allow_all: true, allow_named_servers: false })
    expect(await (await ada.get('/hub/home')).text()).not.toContain('Add a named server')
  })
})
