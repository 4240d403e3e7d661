import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { exposeAll } from '../../src/metrics/collected.ts'
import { Measurements } from '../../src/workers/measurements.ts'

/** A worker with some metrics, which answers when it is asked unless it is mute. */
function openWorker(measurements: Measurements, number: number, requests: number) {
  const registers = [new Registry()]
  const counter = new Counter({
    name: 'requests_total',
    help: 'r',
    labelNames: ['code'],
    registers,
  })
  counter.inc({ code: '200' }, requests)
  new Gauge({ name: 'open', help: 'o', registers }).set(requests)
  new Gauge({ name: 'users', help: 'u', aggregator: 'max', registers }).set(5)
  new Histogram({ name: 'time', help: 't', buckets: [1], registers }).observe(requests)
  return {
    number,
    isReady: true,
    isMute: false,
    counter,
    send({ id }: { id: number }): void {
      if (this.isMute) return
      // What comes from another process is a copy.
      const copy = registers[0]?.getMetricsAsJSON().then((part) => structuredClone(part))
      void copy?.then((part) => measurements.answer(id, part))
    },
  }
}

async function scrape(measurements: Measurements, workers: ReturnType<typeof openWorker>[]) {
  const { text } = await exposeAll(await measurements.collect(workers))
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

it('adds up what is of the workers, and not what is of the hub', async () => {
  const measurements = new Measurements()
  const workers = [openWorker(measurements, 1, 1), openWorker(measurements, 2, 10)]
  expect(await scrape(measurements, workers)).toEqual([
    'requests_total{code="200"} 11',
    'open 11',
    'users 5',
    'time_bucket{le="1"} 1',
    'time_bucket{le="+Inf"} 2',
    'time_sum 11',
    'time_count 2',
    'hubgate_workers 2',
    'hubgate_worker_restarts_total 0',
  ])
})

it('keeps the counts of workers that have ended, and nothing else of them', async () => {
  const measurements = new Measurements()
  const [one, two] = [openWorker(measurements, 1, 1), openWorker(measurements, 2, 10)]
  await scrape(measurements, [one, two])
  for (const number of [2, 2]) {
    measurements.gone(number)
    const next = openWorker(measurements, 2, 100)
    measurements.restarted()
    await scrape(measurements, [one, next])
  }
  const lines = await scrape(measurements, [one])
  expect(lines).toContain('requests_total{code="200"} 211')
  expect(lines).toContain('time_count 4')
  expect(lines).toContain('open 101')
  expect(lines).toContain('hubgate_worker_restarts_total 2')
  measurements.gone(2)
  expect(await scrape(measurements, [one])).toContain('open 1')
})

it('takes what a worker said last when it does not answer', async () => {
  const measurements = new Measurements(100)
  const workers = [openWorker(measurements, 1, 1), openWorker(measurements, 2, 10)]
  await scrape(measurements, workers)
  for (const worker of workers) worker.counter.inc({ code: '200' })
  workers[1]!.isMute = true
  expect(await scrape(measurements, workers)).toContain('requests_total{code="200"} 12')
})
