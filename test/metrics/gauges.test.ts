import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import type { Counts } from '../../src/metrics/gauges.ts'
import { openGauges } from '../../src/metrics/gauges.ts'
import { FakeClock } from '../support/hub.ts'
import { samplesOf } from './exposition.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

function open(given: Partial<Counts> = {}) {
  const registry = new Registry()
  const clock = new FakeClock()
  const counts: Counts = {
    runningServers: () => Promise.resolve(2),
    totalUsers: () => Promise.resolve(7),
    activeUsers: () => Promise.resolve([1, 3, 5]),
    ...given,
  }
  openGauges(registry, { counts, clock, log: openLog('silent') })
  const scrape = async () => Object.fromEntries(samplesOf(await registry.metrics()))
  return { clock, scrape }
}

const TOTALS = { jupyterhub_running_servers: 2, jupyterhub_total_users: 7 }
const active = (a: number, b: number, c: number) => ({
  'jupyterhub_active_users{period="24h"}': a,
  'jupyterhub_active_users{period="7d"}': b,
  'jupyterhub_active_users{period="30d"}': c,
})

it('tells the numbers of the hub, active users as soon as they are counted', async () => {
  const { scrape } = open()
  expect(await scrape()).toEqual(TOTALS)
  expect(await scrape()).toEqual({ ...TOTALS, ...active(1, 3, 5) })
})

it('counts active users once an hour, however often it is scraped, and nobody waits', async () => {
  const asked: (readonly number[])[] = []
  const gates = [Promise.withResolvers<number[]>(), Promise.withResolvers<number[]>()]
  const activeUsers: Counts['activeUsers'] = (since) => {
    asked.push(since)
    return gates[asked.length - 1]?.promise ?? Promise.resolve([])
  }
  const { clock, scrape } = open({ activeUsers })
  const begin = clock.now()
  for (let i = 0; i < 5; i++) expect(await scrape()).toEqual(TOTALS)
  expect(asked).toEqual([[begin - DAY_MS, begin - 7 * DAY_MS, begin - 30 * DAY_MS]])
  gates[0]?.resolve([1, 2, 3])
  await gates[0]?.promise
  expect(await scrape()).toEqual({ ...TOTALS, ...active(1, 2, 3) })
  clock.advance(HOUR_MS - 1)
  await scrape()
  expect(asked).toHaveLength(1)
  clock.advance(1)
  expect(await scrape()).toEqual({ ...TOTALS, ...active(1, 2, 3) })
  expect(asked).toHaveLength(2)
  gates[1]?.resolve([4, 5, 6])
  await gates[1]?.promise
  expect(await scrape()).toEqual({ ...TOTALS, ...active(4, 5, 6) })
})

it('leaves out what cannot be read, and has it again when it can', async () => {
  let away = false
  const { scrape } = open({
    totalUsers: () => (away ? Promise.reject(new Error('away')) : Promise.resolve(7)),
  })
  expect(await scrape()).toMatchObject(TOTALS)
  away = true
  expect(await scrape()).not.toHaveProperty('jupyterhub_total_users')
  expect(await scrape()).toMatchObject({ jupyterhub_running_servers: 2 })
  away = false
  expect(await scrape()).toMatchObject(TOTALS)
})

it('counts active users again at the next scrape when that failed', async () => {
  let asked = 0
  const activeUsers = () => {
    asked += 1
    return asked === 1 ? Promise.reject(new Error('away')) : Promise.resolve([1, 1, 1])
  }
  const { scrape } = open({ activeUsers })
  expect(await scrape()).toEqual(TOTALS)
  expect(await scrape()).toEqual(TOTALS)
  expect(await scrape()).toEqual({ ...TOTALS, ...active(1, 1, 1) })
  expect(asked).toBe(2)
})
