import { expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { configSchema } from '../../src/config/schema.ts'
import { openSpawner } from '../../src/spawn/open.ts'

test('the spawner that the config names says what it is', () => {
  const options = {
    baseUrl: '/',
    runDir: 'var/servers',
    clock: systemClock,
    log: openLog('silent'),
  }
  const { spawner } = configSchema.parse({})
  expect(openSpawner(spawner, options)).toMatchObject({ kind: 'process', version: 'unknown' })
  expect(openSpawner(spawner, { ...options, version: '1.2.3' })).toMatchObject({ version: '1.2.3' })
})

test.each([
  ['127.0.0.1', 'http://127.0.0.1:4242'],
  ['0.0.0.0', 'http://127.0.0.1:4242'],
  ['', 'http://127.0.0.1:4242'],
  ['::', 'http://[::1]:4242'],
  ['fd00::7', 'http://[fd00::7]:4242'],
])('a server on %j is reached at %s', (ip, url) => {
  const options = {
    baseUrl: '/',
    runDir: 'var/servers',
    clock: systemClock,
    log: openLog('silent'),
  }
  const spawner = openSpawner(configSchema.parse({}).spawner, options)
  expect(spawner.urlOf({ runId: 'a', dir: '/var/a', port: 4242, ip })).toBe(url)
})
