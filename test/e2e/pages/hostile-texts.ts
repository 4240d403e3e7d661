import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../../support/gateway-process.ts'

/** What would become a script, an element or a request of its own if a page did not escape it. */
export const TEXTS = [
  '<img src=x onerror="window.hit=1">',
  '"><script>window.hit=1</script>',
  "' autofocus onfocus=window.hit=1 x='",
  '<hx-partial hx-target="#main"><b>x</b></hx-partial>',
  '" hx-get="/user/mallory/" hx-trigger="load" x="',
  'javascript:window.hit=1',
]

/** All of them at once, for where only one can be. */
export const ALL = TEXTS.join(' ')

/** What turns the reading direction around, and other controls. */
export const CONTROLS = 'a\u202Egnp.exe\u2066\u200B\u0007\u001B[31m<b>'

/** What a page of the hub loads by itself, by the type of request. */
const LOADS: readonly [types: readonly string[], path: RegExp][] = [
  [['document'], /^\/(?!user\/(?!ada\/)|services\/)/],
  [['script', 'stylesheet'], /^\/hub\/static\/[\w.]+$/],
  [['image', 'other'], /^\/hub\/static\/hubgate\.svg$/],
  [['fetch', 'xhr', 'eventsource'], /^\/hub\/(?!user\/)/],
]

/** What happened in a browser that should not have. */
export function watch(context: BrowserContext, origin: string): string[] {
  const wrong: string[] = []
  context.on('request', (request) => {
    const url = new URL(request.url())
    const type = request.resourceType()
    const isOurs = LOADS.some(([types, path]) => types.includes(type) && path.test(url.pathname))
    if (url.origin !== origin || !isOurs) wrong.push(`${type} ${url.href}`)
  })
  context.on('dialog', (dialog) => {
    wrong.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('weberror', (error) => wrong.push(`error ${error.error().message}`))
  context.on('console', (message) => {
    const isStatus = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isStatus) wrong.push(`console ${message.text()}`)
  })
  return wrong
}

/** Elements and attributes that no view of ours writes; what the hub's own are is said here. */
const FOREIGN = `(() => {
  const found = window.hit === undefined ? [] : ['hit']
  const isOwn = (element, { name, value }) => {
    if (name === 'hx-headers:inherited') return element === document.body
    if (/^hx-(?:target|select|swap):inherited$/.test(name)) return element === document.body && /^(?:#main|outerMorph show:none)$/.test(value)
    if (name === 'hx-boost') return element.localName === 'form' && value === 'true'
    if (name === 'hx-get') return ['poll', 'servers', 'users'].includes(element.id) && value.startsWith('/hub/')
    if (name === 'hx-post') return element.id === 'add' && value === '/hub/home/add-server'
    if (name === 'hx-validate') return element.id === 'add' && value === 'true'
    if (name === 'hx-trigger') return value === 'every 2s'
    if (name === 'hx-select' || name === 'hx-target') return /^#(?:servers|users)$/.test(value)
    return name === 'hx-swap' && value === 'outerMorph show:none'
  }
  for (const element of document.querySelectorAll('*')) {
    const about = element.outerHTML.slice(0, 200)
    if (/^(?:img|iframe|object|embed|svg|style|hx-partial|b|base)$/.test(element.localName)) found.push(about)
    if (element.matches('script:not([src])')) found.push(about)
    for (const attribute of element.attributes) {
      const { name, value } = attribute
      if (/^on|^style$|^srcdoc$|^x$/.test(name)) found.push(about)
      if (name.includes('hx-') && !isOwn(element, attribute)) found.push(about)
      if (name === 'autofocus' && location.pathname !== '/hub/login') found.push(about)
      if (/^(?:href|src|action|formaction)$/.test(name)) {
        const url = new URL(value, location.href)
        const isFile = element.localName === 'script' || element.localName === 'link'
        if (url.origin !== origin || (isFile && !url.pathname.startsWith('/hub/static/'))) found.push(about)
      }
    }
  }
  return found
})()`

/** Nothing on the page as it is now came from a text. */
export async function expectClean(page: Page, wrong: readonly string[]): Promise<void> {
  expect(await page.evaluate(FOREIGN), page.url()).toEqual([])
  expect(wrong, page.url()).toEqual([])
}

/** All that can be read on a page, what is typed in fields included. */
export function readable(page: Page): Promise<string> {
  return page.evaluate(`[
    document.body.textContent,
    ...[...document.querySelectorAll('input, textarea, option')].map((field) => field.value),
  ].join('\\n')`)
}

/** The forms of a page that take a text, each by its place among all forms. */
export function formsWithText(page: Page): Promise<number[]> {
  return page.evaluate(`[...document.forms].flatMap((form, i) =>
    [...form.elements].some((field) => field.matches('input:not([type]), input[type=text], input[type=search], input[type=url], textarea')) ? [i] : [])`)
}

/** Types a text into all fields of a form that take one, and sends it, whatever the browser thinks of it. */
export async function sendText(page: Page, form: number, text: string): Promise<void> {
  const isBack = page.waitForResponse(
    (answer) => answer.request().isNavigationRequest() || answer.request().method() === 'POST',
  )
  await page.evaluate(`{
    const form = document.forms[${form}]
    window.waits = true
    document.addEventListener('htmx:after:swap', () => { window.waits = false })
    form.noValidate = true
    for (const field of form.elements) {
      if (field.matches('input:not([type]), input[type=text], input[type=search], textarea')) field.value = ${JSON.stringify(text)}
      if (field.matches('input[type=url]')) field.value = ${JSON.stringify(text)}
      if (field.matches('select') && field.value === '') field.selectedIndex = field.options.length - 1
    }
    form.requestSubmit(form.querySelector('[type=submit]'))
  }`)
  await isBack
  await eventually('the answer is shown', () =>
    page
      .evaluate<boolean>('!window.waits && document.readyState === "complete"')
      .catch(() => false),
  )
}
