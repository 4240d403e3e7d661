import { describe, expect, it } from 'vitest'
import { keys } from '../../src/hub/keys.ts'
import { requestStart } from '../../src/hub/servers/servers.ts'
import type { ServerFailure } from '../../src/model/server.ts'
import { makeUser, putServer } from '../support/people.ts'
import { openSite } from './site.ts'

const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const
const FAILURE: ServerFailure = {
  at: 0,
  status: 504,
  reason: 'timeout',
  message: 'The server did not answer within 30 seconds.',
  output: '<b>Traceback</b>: secret of ada',
}

describe('the progress page', () => {
  it('shows the steps so far, and where to follow them', async () => {
    const { hub, ada, signedIn } = await openSite()
    const { runId } = await requestStart(hub, { user: ada, name: '', by: 'ada' })
    const events = [
      { progress: 0, message: 'Server requested' },
      { progress: 40, message: 'Waiting for <it> to listen' },
    ]
    await hub.store.commit({ set: [{ key: keys.progress('ada', ''), value: { runId, events } }] })
    const browser = await signedIn('ada')
    const response = await browser.get('/hub/spawn-pending/ada')
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('<progress id="bar" max="100" value="40">40 %</progress>')
    expect(html).toContain('<li>Server requested</li><li>Waiting for &lt;it&gt; to listen</li>')
    expect(html).toContain('role="status">Waiting for &lt;it&gt; to listen</p>')
    expect(html).toMatch(/data-events="\/hub\/api\/users\/ada\/server\/progress\?_xsrf=[\w-]+"/)
    expect(html).toContain('data-next="/user/ada/"')
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="2"></noscript>')
    expect(html).toContain('src="/hub/static/progress.js"')
    expect(html).toContain('action="/hub/stop/ada"')
  })

  it('keeps the way on, unless it leads away', async () => {
    const { hub, ada, signedIn } = await openSite()
    await requestStart(hub, { user: ada, name: 'gpu', by: 'ada' })
    const browser = await signedIn('ada')
    const page = async (next: string) =>
      (await browser.get(`/hub/spawn-pending/ada/gpu?next=${encodeURIComponent(next)}`)).text()
    expect(await page('/user/ada/gpu/lab?a=1')).toContain('data-next="/user/ada/gpu/lab?a=1"')
    expect(await page('//evil.example')).toContain('data-next="/user/ada/gpu/"')
    expect(await page('javascript:alert(1)')).toContain('data-next="/user/ada/gpu/"')
  })

  it('goes on when the server is ready', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', READY)
    const browser = await signedIn('ada')
    const to = async (path: string) => (await browser.get(path)).headers.get('location')
    expect(await to('/hub/spawn-pending/ada')).toBe('/user/ada/')
    expect(await to('/hub/spawn-pending/ada?next=/user/ada/lab')).toBe('/user/ada/lab')
    expect(await to('/hub/spawn-pending/ada?next=/%5Cevil.example')).toBe('/user/ada/')
  })

  it('says why a start failed, with the output for its owner only', async () => {
    const { hub, ada, signedIn } = await openSite()
    await putServer(hub, ada, '', { failure: FAILURE })
    await makeUser(hub, 'ops', { admin: true })
    const own = await (await signedIn('ada')).get('/hub/spawn-pending/ada')
    const html = await own.text()
    expect(own.status).toBe(504)
    expect(html).toContain('role="alert" data-variant="error">The server did not answer')
    expect(html).toContain('&lt;b&gt;Traceback&lt;/b&gt;: secret of ada')
    expect(html).toContain('Start again')
    const admins = await (await (await signedIn('ops')).get('/hub/spawn-pending/ada')).text()
    expect(admins).toContain('The server did not answer')
    expect(admins).not.toContain('secret of ada')
  })

  it.each<[string, Parameters<typeof putServer>[3]]>([
    ['is not running', undefined],
    ['is not running', { failure: { ...FAILURE, reason: 'cancelled' } }],
    ['is stopping', { wanted: 'stopped', phase: 'stopping' }],
  ])('says that it %s', async (text, state) => {
    const { hub, ada, signedIn } = await openSite()
    if (state !== undefined) await putServer(hub, ada, '', state)
    const response = await (await signedIn('ada')).get('/hub/spawn-pending/ada')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(text)
  })

  it('says since when, for whom and by whom it starts', async () => {
    const { hub, ada, signedIn } = await openSite()
    await makeUser(hub, 'ops', { admin: true })
    await requestStart(hub, { user: ada, name: '', by: 'ops' })
    hub.clock.advance(65_000)
    const html = await (await (await signedIn('ada')).get('/hub/spawn-pending/ada')).text()
    expect(html).toContain('Starting ada’s server')
    expect(html).toContain('data-seconds="65">1:05</time>')
    expect(html).toContain('Asked for by ops')
  })

  it('says which number it is in the queue, and takes it out again', async () => {
    const { hub, ada, signedIn } = await openSite({ concurrent_spawn_limit: 1 })
    await requestStart(hub, { user: ada, name: 'first', by: 'ada' })
    const browser = await signedIn('ada')
    const _xsrf = await browser.xsrf()
    const asked = await browser.post('/hub/spawn/ada', { _xsrf })
    expect(asked.headers.get('location')).toBe('/hub/spawn-pending/ada')
    hub.clock.advance(1)
    await browser.post('/hub/spawn/ada/second', { _xsrf })
    const html = await (await browser.get('/hub/spawn-pending/ada/second')).text()
    expect(html).toContain('role="status">You are number 2 of 2 in the queue</p>')
    expect(html).toContain('<progress id="bar" max="100">waiting</progress>')
    expect(html).not.toMatch(/id="queue-help"[^>]* hidden/)
    expect((await browser.post('/hub/stop/ada', { _xsrf })).status).toBe(303)
    const next = await (await browser.get('/hub/spawn-pending/ada/second')).text()
    expect(next).toContain('You are number 1 of 1 in the queue')
  })

  it('knows no named server that does not exist', async () => {
    const { signedIn } = await openSite()
    expect((await (await signedIn('ada')).get('/hub/spawn-pending/ada/gpu')).status).toBe(404)
  })
})
