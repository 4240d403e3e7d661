import { resolve } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { PageTest } from '../../support/page-visitor.ts'

/** Where the hostile server is. */
export const TRAP = '/user/mallory/'

/** An admin, who may do most, in a browser that has a page of mallory's server open. */
export interface Victim {
  page: Page
  context: BrowserContext
  /** What no page of mallory's may ever have: the session's XSRF value and the cookies' secrets. */
  secrets: string[]
}

/** A gateway where mallory's server serves what it likes. */
export async function openHostile(): Promise<PageTest> {
  const app = resolve('test/support/hostile-app.ts')
  const cmd = [process.execPath, app, '{port}', '{base_url}']
  const test = await PageTest.open({ spawner: { kind: 'process', cmd } })
  await test.gateway.startServer('mallory')
  return test
}

/** The XSRF value of a signed-in page that is open. */
export async function xsrfOn(page: Page): Promise<string> {
  const value = await page.locator('input[name="_xsrf"]').first().getAttribute('value')
  if (value === null) throw new Error('no form on the page')
  return value
}

/** Signs somebody in, by hand, and opens mallory's page in the same tab. */
export async function lure(test: PageTest, name = 'root'): Promise<Victim> {
  const page = await test.signedIn(name)
  await page.goto('/hub/logout')
  const xsrf = await xsrfOn(page)
  await page.goto(TRAP)
  expect(new URL(page.url()).pathname).toBe(TRAP)
  const context = page.context()
  const secrets = [xsrf, ...(await secretsIn(context))]
  return { page, context, secrets }
}

/** The values of the hub's cookies that open something. */
async function secretsIn(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies()
  return cookies.filter(({ name }) => name.startsWith('hubgate-')).map(({ value }) => value)
}

/** Mallory's page at an address of her server, whose answer has these headers. */
export function trapWith(...headers: string[]): string {
  const query = headers.map((line) => `h=${encodeURIComponent(line)}`).join('&')
  return `${TRAP}answer?${query}`
}

/** What reached mallory's server, each request in one text. */
export async function reached(page: Page): Promise<string[]> {
  return JSON.parse(await page.evaluate(`fetch('${TRAP}seen').then((answer) => answer.text())`))
}

/** @param found everything that a hostile page got hold of */
export function expectNothingOf({ secrets }: Victim, found: unknown): void {
  const text = JSON.stringify(found)
  for (const secret of secrets) expect(text).not.toContain(secret)
  expect(text).not.toContain('Signed in as')
  expect(text).not.toContain('name=\\"_xsrf\\"')
}

/** What the hub knows of somebody that a hostile page would like to change. */
export async function stateOf({ gateway }: PageTest, name: string): Promise<unknown> {
  const paths = [`/users/${name}/tokens`, `/users/${name}/sessions`, '/users', '/groups']
  const answers = await Promise.all(paths.map((path) => gateway.api('GET', path)))
  for (const { status } of answers) expect(status).toBe(200)
  const moving = /"(?:last_activity|last_used|last_use|created)": ?"[^"]*"/g
  return answers.map(({ text }) => text.replace(moving, ''))
}

/** Whether somebody is still signed in, in this browser, and as whom. */
export async function signedInAs(context: BrowserContext): Promise<string | undefined> {
  const page = await context.newPage()
  await page.goto('/hub/home')
  const isIn = new URL(page.url()).pathname === '/hub/home'
  const name = isIn ? await page.locator('.account strong').textContent() : undefined
  await page.close()
  return name ?? undefined
}

/** Registers hooks that open a gateway for the file's tests, and a victim for each of them. */
export function hostileSetting(): { readonly test: PageTest; readonly victim: Victim } {
  let test: PageTest | undefined
  let victim: Victim | undefined
  beforeAll(async () => {
    test = await openHostile()
  })
  afterAll(() => test?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    victim = await lure(opened(test))
    return () => victim?.context.close()
  })
  return {
    get test() {
      return opened(test)
    },
    get victim() {
      return opened(victim)
    },
  }
}

function opened<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('nothing is open before the hooks have run')
  return thing
}
