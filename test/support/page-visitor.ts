import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { fillSignIn, openChromium } from './chromium.ts'
import { GatewayProcess } from './gateway-process.ts'
import type { ConfigInput } from './hub.ts'

/** Where screenshots go; git ignores it. */
export const SCREENSHOTS = resolve('test/.artifacts/screenshots')

/** What a page may load in all, in bytes as they are after decompression. */
const MAX_WEIGHT = 150_000

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The ways to look at a page that each of them is tried in. */
export const LOOKS = {
  'wide-light': { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  'wide-dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'phone-light': { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  'phone-dark': { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
} as const

export type Look = keyof typeof LOOKS

/** Servers that are up at once. */
export const QUICK_SPAWNER: NonNullable<ConfigInput['spawner']> = {
  kind: 'process',
  cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
  // A server that is held must not fail of itself, however long the browser takes to look at it.
  http_timeout: 600,
}

/** A gateway with quick servers, and a real browser before it. */
export class PageTest implements AsyncDisposable {
  readonly gateway: GatewayProcess
  readonly browser: Browser

  private constructor(gateway: GatewayProcess, browser: Browser) {
    this.gateway = gateway
    this.browser = browser
  }

  static async open(config: ConfigInput = {}): Promise<PageTest> {
    const gateway = await GatewayProcess.start({ spawner: QUICK_SPAWNER, ...config })
    return new PageTest(gateway, await openChromium())
  }

  /** A browser of its own, in which nobody is signed in. */
  context(options: { look?: Look; javaScript?: boolean } = {}): Promise<BrowserContext> {
    const { look = 'wide-light', javaScript = true } = options
    return this.browser.newContext({
      ...LOOKS[look],
      baseURL: this.gateway.url,
      javaScriptEnabled: javaScript,
    })
  }

  /** A page of a new browser in which somebody has signed in by hand, at the home page. */
  async signedIn(name: string, options: { look?: Look; javaScript?: boolean } = {}): Promise<Page> {
    const page = await (await this.context(options)).newPage()
    await page.goto('/hub/login')
    await fillSignIn(page, name)
    await page.waitForURL('**/hub/home')
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close()
    await this.gateway[Symbol.asyncDispose]()
  }
}

/** The rules of axe that the page as it is now breaks, each with where. */
export async function violations(page: Page): Promise<string[]> {
  // By the debugger, as the page's own policy forbids scripts from elsewhere.
  await page.evaluate(AXE)
  const { violations: found } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  )
  return found.map(({ id, help, nodes }) => {
    const places = nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`)
    return `${id}: ${help}\n${places.join('\n')}`
  })
}

/** What the page loaded, itself included: the addresses, each once. */
function loaded(page: Page): Promise<string[]> {
  return page.evaluate(`[...new Set(
    ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).map(({ name }) => name)
  )]`)
}

/** The bytes of the page as it is now, and of what it loaded, for a browser that has none of it yet. */
async function weight(page: Page, assets: readonly string[]): Promise<number> {
  const bodies = await Promise.all(assets.map(async (url) => (await page.request.get(url)).body()))
  const html = Buffer.byteLength(await page.content())
  return bodies.reduce((sum, body) => sum + body.length, html)
}

/**
 * Looks at a page as it is now in every {@link Look}: axe finds nothing, nothing stands out of the
 * window sideways, it is light, nothing comes from elsewhere; and keeps a picture of each.
 * @param name of the pictures
 */
export async function expectGoodPage(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  for (const [look, { viewport, colorScheme }] of Object.entries(LOOKS)) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Two frames: in the first after a change of the scheme some text still has its old colour.
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    )
    await page.screenshot({ path: `${SCREENSHOTS}/${name}-${look}.png`, fullPage: true })
    expect(await violations(page), `${name} ${look}`).toEqual([])
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(overflow, `${name} ${look}: wider than the window`).toBe(0)
  }
  await page.setViewportSize(LOOKS['wide-light'].viewport)
  await page.emulateMedia({ colorScheme: 'light' })
  const addresses = await loaded(page)
  const { origin } = new URL(page.url())
  expect(addresses.filter((address) => new URL(address).origin !== origin)).toEqual([])
  const assets = addresses.filter((address) => address.includes('/hub/static/'))
  expect(await weight(page, assets), `${name}: too heavy`).toBeLessThan(MAX_WEIGHT)
}
