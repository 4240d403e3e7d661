import { describe, expect, it } from 'vitest'
import { listenForShutdown } from '../../../src/hub/shutdown.ts'
import { OPS, openRig } from '../harness.ts'

describe('POST /shutdown', () => {
  it.each([
    ['no body', undefined, false],
    ['null', 'null', false],
    ['nothing in particular', {}, false],
    ['what JupyterHub ignores too', { when: 'now' }, false],
    ['the proxy', { proxy: true }, false],
    ['the servers', { servers: true }, true],
    ['not the servers', { proxy: true, servers: false }, false],
  ])('asks every replica to end, given %s', async (_what, given, servers) => {
    const { call, hub, tokenOf } = await openRig()
    const replicas = [hub, await hub.another()]
    const listeners = await Promise.all(replicas.map(listenForShutdown))
    const answer = await call('POST', '/shutdown', await tokenOf('ops', ['shutdown']), given)
    expect([answer.status, answer.body]).toEqual([202, { message: 'Shutting down Hub' }])
    for (const { asked, close } of listeners) {
      expect(await asked).toEqual({ at: hub.clock.now(), by: 'ops', servers })
      close()
    }
  })

  it('asks again when it is asked again', async () => {
    const { call, hub } = await openRig()
    expect((await call('POST', '/shutdown', OPS)).status).toBe(202)
    const { asked, close } = await listenForShutdown(hub)
    expect((await call('POST', '/shutdown', OPS)).status).toBe(202)
    expect(await asked).toMatchObject({ by: 'ops' })
    close()
  })
})
