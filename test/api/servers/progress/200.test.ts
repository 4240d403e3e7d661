import { describe, expect, it } from 'vitest'
import { findServer } from '../../../../src/hub/servers/servers.ts'
import { revokeToken } from '../../../../src/hub/tokens/tokens.ts'
import { findUser } from '../../../../src/hub/users/users.ts'
import { ADA, openRig, runServers } from '../../harness.ts'

const PATH = '/users/ada/server/progress'
const QUICK = { slow_spawn_timeout: 0 }

function framesOf(text: string): string[] {
  return text.split('\n\n').filter((frame) => frame !== '')
}

function eventsOf(text: string): Record<string, unknown>[] {
  return framesOf(text).map((frame) => {
    expect(frame).toMatch(/^data: \{.*\}$/)
    return JSON.parse(frame.slice('data: '.length)) as Record<string, unknown>
  })
}

describe('GET …/progress', () => {
  it('streams a start from its first event to its end', async () => {
    const rig = await openRig({ config: QUICK })
    runServers(rig)
    await rig.call('POST', '/users/ada/server', ADA)
    const { status, text, headers } = await rig.call('GET', PATH, ADA)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(headers.get('cache-control')).toContain('no-cache')
    expect(text.startsWith('\n\n')).toBe(true)
    expect(eventsOf(text).at(-1)).toEqual({
      progress: 100,
      ready: true,
      message: 'Server ready at /user/ada/',
      html_message: 'Server ready at <a href="/user/ada/">/user/ada/</a>',
      url: '/user/ada/',
    })
  })

  it('tells only the end of a start that is over', async () => {
    const rig = await openRig()
    const spawner = runServers(rig)
    await rig.call('POST', '/users/ada/servers/gpu', ADA)
    const ready = await rig.call('GET', '/users/ada/servers/gpu/progress', ADA)
    expect(eventsOf(ready.text)).toMatchObject([{ ready: true }])
    spawner.fate = 'fails'
    await rig.call('POST', '/users/ada/server', ADA)
    const failed = await rig.call('GET', PATH, ADA)
    expect(eventsOf(failed.text)).toMatchObject([
      { failed: true, message: 'Spawn failed: The server exited with status 7.' },
    ])
  })

  it('begins with the request and shows signs of life while it waits', async () => {
    const rig = await openRig({ config: QUICK, streams: { keepAliveMs: 5 } })
    runServers(rig).fate = 'never'
    await rig.call('POST', '/users/ada/server', ADA)
    const response = await rig.fetch(PATH, { headers: { authorization: `token ${ADA}` } })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (text.split('\n\n').length < 6) text += (await reader?.read())?.value ?? ''
    expect(eventsOf(text)[0]).toEqual({ progress: 0, message: 'Server requested' })
    await reader?.cancel()
  })

  it('stops following when the reader goes', async () => {
    const rig = await openRig({ config: QUICK })
    runServers(rig).fate = 'never'
    await rig.call('POST', '/users/ada/server', ADA)
    let watching = 0
    const watch = rig.hub.store.watch.bind(rig.hub.store)
    rig.hub.store.watch = (listener) => {
      const stop = watch(listener)
      watching++
      return () => {
        watching--
        stop()
      }
    }
    const response = await rig.fetch(PATH, { headers: { authorization: `token ${ADA}` } })
    expect(watching).toBe(1)
    await response.body?.cancel()
    await expect.poll(() => watching).toBe(0)
  })

  it('ends when the token is revoked', async () => {
    const rig = await openRig({ config: QUICK, streams: { recheckMs: 5 } })
    runServers(rig).fate = 'never'
    const { body } = await rig.call('POST', '/users/ada/tokens', ADA)
    await rig.call('POST', '/users/ada/server', ADA)
    const response = await rig.fetch(PATH, { headers: { authorization: `token ${body.token}` } })
    const ada = await findUser(rig.hub, 'ada')
    await revokeToken(rig.hub, { kind: 'user', name: 'ada', id: ada?.id ?? '' }, body.id)
    const text = await response.text()
    expect(eventsOf(text).at(-1)).not.toHaveProperty('ready')
    expect((await findServer(rig.hub, 'ada', ''))?.wanted).toBe('running')
  })
})
