import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../../support/gateway-process.ts'
import { expectGoodPage, PageTest, QUICK_SPAWNER } from '../../support/page-visitor.ts'

const UPSTREAM = resolve('test/support/upstream-app.ts')
/** Listens when there is a file `go` in its home, so that a start can be caught in the middle. */
const HELD = `until [ -e "$HOME/go" ]; do sleep 0.05; done; rm "$HOME/go"; exec "${process.execPath}" "${UPSTREAM}" {port} {base_url}`

const PROFILES = [
  { name: 'Small', description: 'For most work: reading, writing, small data.' },
  {
    name: 'Large',
    description: 'For models and large data. Please stop it when you are done.',
    environment: { KIND: 'large' },
    choices: {
      memory: {
        label: 'Memory',
        options: [
          { name: '8 GB', environment: { MEMORY: '8' } },
          { name: '16 GB', environment: { MEMORY: '16' } },
        ],
      },
      tools: { label: 'Tools', options: [{ name: 'Python' }, { name: 'R' }] },
    },
  },
  { name: 'Held', cmd: ['sh', '-c', HELD] },
  { name: 'Broken', cmd: ['sh', '-c', 'echo no such disk; exit 3'] },
]

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open({
    spawner: { ...QUICK_SPAWNER, kind: 'process', profiles: PROFILES, poll_interval: 1 },
    concurrent_spawn_limit: 1,
  })
})

afterAll(() => test[Symbol.asyncDispose]())

/** Starts one's server with a profile, by hand. */
async function start(page: Page, profile: string): Promise<void> {
  await page.goto('/hub/spawn')
  await page.getByRole('radio', { name: profile }).check()
  await page.getByRole('button', { name: 'Start' }).click()
}

/** Lets somebody's held server listen. */
async function letGo(user: string): Promise<void> {
  const home = join(test.gateway.dir, 'var/home', user)
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'go'), '')
}

async function environmentOf(page: Page, user: string): Promise<Record<string, string>> {
  await page.waitForURL(`**/user/${user}/**`)
  const body = await page.locator('body').textContent()
  return (JSON.parse(body ?? '') as { environment: Record<string, string> }).environment
}

function status(page: Page, text: string | RegExp): Promise<void> {
  return page.getByRole('status').filter({ hasText: text }).waitFor()
}

it.each([true, false])(
  'a profile and its options reach the server (JavaScript: %s)',
  async (on) => {
    const user = on ? 'ada' : 'grace'
    const page = await test.signedIn(user, { javaScript: on })
    await page.goto('/hub/spawn')
    expect(await page.getByRole('radio', { name: 'Small' }).isChecked()).toBe(true)
    expect(await page.getByLabel('Memory').isVisible()).toBe(false)
    await page.getByRole('radio', { name: 'Large' }).check()
    await page.getByLabel('Memory').selectOption('16 GB')
    if (on) await expectGoodPage(page, 'spawn')
    await page.getByRole('button', { name: 'Start' }).click()
    expect(await environmentOf(page, user)).toMatchObject({ KIND: 'large', MEMORY: '16' })
  },
)

it('a start is shown as it happens, also after a reload and from another replica', async () => {
  const page = await test.signedIn('alan')
  await start(page, 'Held')
  await status(page, 'waiting until it answers')
  await eventually(
    'time passes',
    async () => (await page.locator('#elapsed').textContent()) !== '0:00',
  )
  await expectGoodPage(page, 'spawn-pending')
  await page.evaluate('window.marker = 1')
  const replica = await test.gateway.replica()
  onTestFinished(async () => {
    await replica.kill('SIGKILL')
  })
  const other = await page.context().newPage()
  await other.goto(`${replica.url}/hub/spawn-pending/alan`)
  await status(other, 'waiting until it answers')
  await other.reload()
  await other.getByText('The server process runs').first().waitFor()
  expect(await page.evaluate('window.marker')).toBe(1)
  await letGo('alan')
  await page.waitForURL('**/user/alan/**')
  await other.waitForURL('**/user/alan/**')
})

it('goes on when the gateway dies and comes back', async () => {
  const page = await test.signedIn('edsger')
  await start(page, 'Held')
  await status(page, 'waiting until it answers')
  await test.gateway.kill('SIGKILL')
  await status(page, 'The connection to the hub was lost')
  await test.gateway.run()
  await status(page, /waiting until it answers/)
  await letGo('edsger')
  expect(await environmentOf(page, 'edsger')).toMatchObject({ USER: 'edsger' })
})

it('goes to the server without JavaScript too', async () => {
  const page = await test.signedIn('barbara', { javaScript: false })
  await start(page, 'Held')
  await page.getByText('waiting until it answers').first().waitFor()
  await letGo('barbara')
  expect(await environmentOf(page, 'barbara')).toMatchObject({ USER: 'barbara' })
})

it.each([true, false])('a failure says why, and what to do (JavaScript: %s)', async (on) => {
  const user = on ? 'linus' : 'margaret'
  const page = await test.signedIn(user, { javaScript: on })
  await start(page, 'Broken')
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('region').textContent()).toContain('no such disk')
  if (on) await expectGoodPage(page, 'spawn-failed')
  await page.getByRole('button', { name: 'Start again' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('link', { name: 'Choose other options' }).click()
  expect(await page.getByRole('radio', { name: 'Broken' }).isChecked()).toBe(true)
  await page.getByRole('radio', { name: 'Small' }).check()
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL(`**/user/${user}/**`)
})

it('starts wait in turn while another goes on, and can be cancelled', async () => {
  const first = await test.signedIn('donald')
  await start(first, 'Held')
  await status(first, 'waiting until it answers')
  const second = await test.signedIn('frances')
  await start(second, 'Small')
  await status(second, 'You are number 1 of 1 in the queue')
  await expectGoodPage(second, 'spawn-queue')
  const third = await test.signedIn('niklaus', { javaScript: false })
  await start(third, 'Small')
  await third.getByText('You are number 2 of 2 in the queue').waitFor()
  const fourth = await test.signedIn('adele')
  await start(fourth, 'Small')
  await status(fourth, 'You are number 3 of 3 in the queue')
  await second.getByRole('button', { name: 'Cancel' }).click()
  await second.waitForURL('**/hub/home*')
  await third.getByText('You are number 1 of 2 in the queue').waitFor()
  await status(fourth, 'You are number 2 of 2 in the queue')
  expect(await first.getByRole('progressbar').isVisible()).toBe(true)
  await letGo('donald')
  await Promise.all([
    first.waitForURL('**/user/donald/**'),
    third.waitForURL('**/user/niklaus/**'),
    fourth.waitForURL('**/user/adele/**'),
  ])
})

it('a start that was cancelled can be begun again', async () => {
  const page = await test.signedIn('ken')
  await start(page, 'Held')
  await status(page, 'waiting until it answers')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL('**/hub/home*')
  await page.goto('/user/ken/lab')
  await page.getByRole('button', { name: 'Start the server' }).waitFor()
  await expectGoodPage(page, 'not-running')
  await letGo('ken')
  await page.getByRole('button', { name: 'Start the server' }).click()
  await page.waitForURL('**/user/ken/lab*')
})
