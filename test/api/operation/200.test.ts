import { describe, expect, it } from 'vitest'
import { openRig, SERVICE } from '../harness.ts'

describe('GET /metrics', () => {
  const metrics = () => Promise.resolve({ type: 'text/plain; version=0.0.4', text: 'users 3\n' })

  it('answers the metrics as Prometheus reads them', async () => {
    const { call, tokenOf } = await openRig({ metrics })
    const answer = await call('GET', '/metrics', await tokenOf('ops', ['read:metrics']))
    expect([answer.status, answer.text]).toEqual([200, 'users 3\n'])
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it.each(['user=ada', 'group=staff', 'server=ada/', 'service=announce'])(
    'answers who may read the metrics of %s: they name nobody',
    async (filter) => {
      const scopes = [`read:metrics!${filter}`]
      const load_roles = [{ name: 'watcher', scopes, services: ['announce'] }]
      const { call } = await openRig({ metrics, config: { load_roles } })
      expect((await call('GET', '/metrics', SERVICE)).text).toBe('users 3\n')
    },
  )

  it('answers anybody when that is configured', async () => {
    const config = { authenticate_prometheus: false }
    const { call, hub } = await openRig({ metrics, config })
    for (const who of [null, 'unknown-token']) {
      expect((await call('GET', '/metrics', who)).status).toBe(200)
    }
    hub.reload({})
    expect((await call('GET', '/metrics', null)).status).toBe(403)
  })

  it('notes that the token was used', async () => {
    const { call, hub, activity, tokenOf } = await openRig({ metrics })
    const token = await tokenOf('ops', ['read:metrics'])
    await call('GET', '/metrics', token)
    const { body } = await call('GET', '/user', token)
    expect(await activity.lastOfToken(body.token_id)).toBe(hub.clock.now())
  })
})
