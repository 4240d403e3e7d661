import { expect, it } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import { openMetrics } from '../../src/metrics/open-metrics.ts'
import { FakeClock } from '../support/hub.ts'
import { samplesOf } from './exposition.ts'

const none = () => Promise.resolve(0)

const open = () =>
  openMetrics({
    counts: { runningServers: none, totalUsers: none, activeUsers: () => Promise.resolve([]) },
    dataPlane: { routes: () => 3, underway: () => 0 },
    clock: new FakeClock(),
    log: openLog('silent'),
  })

it('answers in the format of Prometheus, with the metrics of the process', async () => {
  const metrics = open()
  const { type, text } = await metrics.expose()
  metrics.close()
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
  const names = [...samplesOf(text).keys()]
  expect(names).toEqual(
    expect.arrayContaining([
      'jupyterhub_running_servers',
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
      'process_open_fds',
    ]),
  )
  expect(text).toContain('# TYPE jupyterhub_request_duration_seconds histogram\n')
})

it('keeps two gateways of one process apart', async () => {
  const [one, two] = [open(), open()]
  one.logoutEnded(1)
  const counts = await Promise.all(
    [one, two].map(async (metrics) => {
      const { text } = await metrics.expose()
      metrics.close()
      return samplesOf(text).get('jupyterhub_logout_duration_seconds_count')
    }),
  )
  expect(counts).toEqual([1, 0])
})
