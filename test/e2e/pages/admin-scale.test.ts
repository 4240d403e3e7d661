import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { openLog } from '../../../src/base/log.ts'
import { openStore } from '../../../src/store/open.ts'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'
import { seed, seededName } from '../../support/seed.ts'

const USERS = 50_000
const RUNNING = 2_000
/** The seeded users and root. */
const TOTAL = '50,001'

let dir: string
let test: PageTest
let living: ChildProcess

/** Makes the seeded runs ones of a process that lives, so that nothing finds them dead. */
async function revive(): Promise<void> {
  living = spawn('sleep', ['3600'], { stdio: 'ignore' })
  const stat = await readFile(`/proc/${living.pid}/stat`, 'utf8')
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  const claim = `${living.pid}\n${stat.trim()}\n${boot.trim()}\n.\n`
  for (let n = 0; n < RUNNING; n++) {
    await writeFile(join(dir, 'runs', `seeded-${n}`, 'claim'), claim)
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hubgate-admin-scale-'))
  const url = `sqlite:${join(dir, 'hubgate.sqlite')}`
  const store = await openStore(url, { clock: systemClock, log: openLog('silent') })
  await seed(store, { users: USERS, stopped: 0, dead: RUNNING, runDir: join(dir, 'runs') })
  await store.close()
  await revive()
  test = await PageTest.open({ store: url })
})

afterAll(async () => {
  await test[Symbol.asyncDispose]()
  living.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

const names = (page: Page): Promise<string[]> => page.locator('tbody th a').allTextContents()

interface Timing {
  server: number
  browser: number
  bytes: number
}

/** How long the page took, for whoever reads the test's output: it is not asserted. */
async function timing(page: Page): Promise<Timing> {
  return page.evaluate<Timing>(`(() => {
    const [entry] = performance.getEntriesByType('navigation')
    return {
      server: Math.round(entry.responseStart - entry.requestStart),
      browser: Math.round(entry.loadEventEnd - entry.startTime),
      bytes: entry.decodedBodySize,
    }
  })()`)
}

it('shows 50,000 users with 2,000 running servers a page at a time', async () => {
  const page = await test.signedIn('root')
  const last = seededName(USERS - 1)
  const newest = seededName(RUNNING - 1)
  const measured: Record<string, Timing> = {}
  const open = async (query: string, range: string): Promise<string[]> => {
    await page.goto(`/hub/admin${query}`)
    await page.waitForLoadState()
    const nth = Object.keys(measured).length + 1
    measured[`${nth}. /hub/admin${query}`] = await timing(page)
    await page.getByText(range, { exact: true }).waitFor()
    return names(page)
  }
  // Who runs comes first, who was active last before others.
  expect((await open('', `1 to 50 of ${TOTAL} users`))[0]).toBe(newest)
  expect((await open('?offset=1950', `1,951 to 2,000 of ${TOTAL} users`)).at(-1)).toBe(
    seededName(0),
  )
  expect(await open('?offset=2000', `2,001 to 2,050 of ${TOTAL} users`)).toContain(last)
  expect((await open('?sort=name', `1 to 50 of ${TOTAL} users`))[0]).toBe('root')
  expect((await open('?sort=-name', `1 to 50 of ${TOTAL} users`))[0]).toBe(last)
  expect((await open('?sort=id', `1 to 50 of ${TOTAL} users`))[0]).toBe(seededName(0))
  expect((await open('?sort=last_activity', `1 to 50 of ${TOTAL} users`)).length).toBe(50)
  expect((await open('?state=active', '1 to 50 of 2,000 users'))[0]).toBe(newest)
  expect((await open('?state=ready', '1 to 50 of 2,000 users'))[0]).toBe(newest)
  expect((await open('?state=inactive', '1 to 50 of 48,001 users')).length).toBe(50)
  expect((await open('?search=049999', '1 to 1 of 1 users'))[0]).toBe(last)
  expect(await open('?group=nobody', 'No users')).toEqual([])
  expect((await open('?limit=1000', `1 to 75 of ${TOTAL} users`)).length).toBe(75)
  await expectGoodPage(page, 'admin-long-page')
  expect((await open('', `1 to 50 of ${TOTAL} users`))[0]).toBe(newest)
  await expectGoodPage(page, 'admin-50000-users')
  for (const [query, { server, browser, bytes }] of Object.entries(measured)) {
    process.stdout.write(`${query}: server ${server} ms, browser ${browser} ms, ${bytes} bytes\n`)
  }
  await page.context().close()
})
