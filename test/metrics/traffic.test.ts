import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { exposeAll } from '../../src/metrics/collected.ts'
import { openTraffic } from '../../src/metrics/open-traffic.ts'
import { REJECTIONS } from '../../src/metrics/rejections.ts'
import { samplesOf } from './exposition.ts'

function open() {
  const registry = new Registry()
  const traffic = openTraffic(registry)
  return { registry, traffic, samples: async () => samplesOf(await registry.metrics()) }
}

describe('the metrics of the data plane', () => {
  it('begin at zero, each with all its labels', async () => {
    const { samples } = open()
    const all = await samples()
    expect(new Set(all.values())).toEqual(new Set([0]))
    expect(all.size).toBe(3 + 2 * 5 + REJECTIONS.length + 2 * (16 + 2))
  })

  it('are what was told, at each scrape', async () => {
    const { traffic, samples } = open()
    traffic.socketOpened('client')
    traffic.socketOpened('client')
    traffic.socketClosed('client')
    traffic.exchangeEnded('http', 'whole')
    traffic.exchangeEnded('http', 'whole')
    traffic.exchangeEnded('websocket', 'client_gone')
    traffic.rejected('connections')
    traffic.rejected('never-heard-of')
    await samples()
    traffic.rejected('connections')
    const all = await samples()
    expect(all.get('hubgate_open_sockets{kind="client"}')).toBe(1)
    expect(all.get('hubgate_proxied_total{kind="http",outcome="whole"}')).toBe(2)
    expect(all.get('hubgate_proxied_total{kind="websocket",outcome="client_gone"}')).toBe(1)
    expect(all.get('hubgate_rejected_total{reason="connections"}')).toBe(2)
    expect(all.get('hubgate_rejected_total{reason="other"}')).toBe(1)
  })

  it('put durations into the buckets whose bounds they do not exceed', async () => {
    const { traffic, samples } = open()
    for (const duration of [0.0005, 0.001, 0.002, 61]) traffic.firstByte(duration)
    const all = await samples()
    const bucket = (le: string) => all.get(`hubgate_upstream_first_byte_seconds_bucket{le="${le}"}`)
    expect(['0.001', '0.0025', '60', '+Inf'].map(bucket)).toEqual([2, 3, 3, 4])
    expect(all.get('hubgate_upstream_first_byte_seconds_count')).toBe(4)
    expect(all.get('hubgate_upstream_first_byte_seconds_sum')).toBeCloseTo(61.0035)
  })

  it('are all in docs/operating.md', async () => {
    const { registry } = open()
    const text = readFileSync(`${import.meta.dirname}/../../docs/operating.md`, 'utf8')
    const names = registry.getMetricsAsArray().map(({ name }) => name)
    const missing = [...names, ...REJECTIONS].filter((word) => !text.includes(word))
    expect(missing).toEqual([])
  })

  it('are added up over processes', async () => {
    const [one, two] = [open(), open()]
    one.traffic.upstreamConnected(0.002)
    two.traffic.upstreamConnected(0.002)
    two.traffic.rejected('connections')
    const parts = await Promise.all([one, two].map((each) => each.registry.getMetricsAsJSON()))
    const all = samplesOf((await exposeAll(parts)).text)
    expect(all.get('hubgate_upstream_connect_seconds_count')).toBe(2)
    expect(all.get('hubgate_upstream_connect_seconds_bucket{le="0.0025"}')).toBe(2)
    expect(all.get('hubgate_rejected_total{reason="connections"}')).toBe(1)
  })
})
