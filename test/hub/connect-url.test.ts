import { expect, it } from 'vitest'
import { hubApiUrl } from '../../src/hub/connect-url.ts'
import { openTestHub } from '../support/hub.ts'

it.each([
  [{ host: '127.0.0.1', port: 8000 }, 'http://127.0.0.1:8000/hub/api'],
  [{ host: '0.0.0.0', port: 8000 }, 'http://127.0.0.1:8000/hub/api'],
  [{ host: '::', port: 8000 }, 'http://[::1]:8000/hub/api'],
  [{ host: 'fd00::1', port: 8000 }, 'http://[fd00::1]:8000/hub/api'],
  [{ host: 'hub.internal', port: 80 }, 'http://hub.internal:80/hub/api'],
])('servers reach a hub that listens on %j at %s', async (listen, url) => {
  expect(hubApiUrl(await openTestHub({ config: { listen } }))).toBe(url)
})

it('is the port that was given, where any would do', async () => {
  const hub = await openTestHub({ config: { listen: { port: 0 } } })
  expect(hubApiUrl({ ...hub, port: () => 40_123 })).toBe('http://127.0.0.1:40123/hub/api')
})

it.each(['http://10.0.0.1:8000', 'http://10.0.0.1:8000/'])(
  'is what the configuration says: %s',
  async (hub_connect_url) => {
    const config = {
      base_url: '/jh/',
      spawner: { kind: 'process' as const, hub_connect_url },
    }
    expect(hubApiUrl(await openTestHub({ config }))).toBe('http://10.0.0.1:8000/jh/hub/api')
  },
)
