import type { Page } from 'playwright-core'
import { beforeEach, expect, it } from 'vitest'
import { expectNothingOf, hostileSetting, reached, TRAP } from './hostile.ts'

let page: Page

const setting = hostileSetting()

beforeEach(async () => {
  page = setting.victim.page
  await page.goto('/hub/logout')
})

/** What the browser has asked for since, with what a script of ours proves itself. */
function requests(): { path: string; type: string; proof: string | undefined }[] {
  const seen: ReturnType<typeof requests> = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    const proof = request.headers()['x-hubgate-xsrf']
    seen.push({ path: pathname, type: request.resourceType(), proof })
  })
  return seen
}

/** Puts an element into the page, as if it were the page's own, and uses it. */
function use(markup: string): Promise<void> {
  return page.evaluate(`{
    const place = document.createElement('div')
    place.innerHTML = ${JSON.stringify(markup)}.replace('{xsrf}', document.querySelector('[name=_xsrf]').value)
    document.getElementById('main').append(place)
    htmx.process(place)
    const [form] = place.querySelectorAll('form')
    if (form === undefined) place.firstElementChild.click()
    else form.requestSubmit()
  }`)
}

const form = (action: string): string =>
  `<form method="post" action="${action}" hx-boost="true"><input type="hidden" name="_xsrf" value="{xsrf}"><input type="hidden" name="next" value="${TRAP}in-place"></form>`

it.each([
  ['a form', form('/hub/spawn/mallory'), '/hub/spawn/mallory'],
  [
    'a look',
    `<button hx-get="/hub/spawn/mallory?next=${TRAP}in-place"></button>`,
    '/hub/spawn/mallory',
  ],
])(
  '%s in place whose answer leads to a server makes the browser go there itself',
  async (_what, markup, path) => {
    const seen = requests()
    await use(markup)
    await page.waitForURL(`**${TRAP}in-place`)
    const sent = seen.find((one) => one.path === path)
    expect([sent?.type, setting.victim.secrets.includes(sent?.proof ?? '')]).toEqual([
      'fetch',
      true,
    ])
    const there = seen.filter((one) => one.path.startsWith('/user/'))
    expect(there).toEqual([{ path: `${TRAP}in-place`, type: 'document', proof: undefined }])
    const all = await reached(page)
    expectNothingOf(setting.victim, all)
    expect(all.join('\n').toLowerCase()).not.toContain('x-hubgate-xsrf')
  },
)

it.each([
  ['a form', form(`${TRAP}asked`)],
  ['a look', `<button hx-get="${TRAP}asked"></button>`],
])('%s in place to a server is not sent at all', async (_what, markup) => {
  const [said] = await Promise.all([
    page.waitForEvent('console', (message) => message.text().includes('connect-src')),
    // A page that could not ask is loaded again.
    page.waitForEvent('load'),
    use(markup),
  ])
  expect(said.type()).toBe('error')
  await page.goto(TRAP)
  const all = await reached(page)
  expectNothingOf(setting.victim, all)
  expect(all.join('\n').toLowerCase()).not.toContain('x-hubgate-xsrf')
})

it('no script of a server’s runs in a page of the hub, nor its style', async () => {
  const url = (type: string, body: string) =>
    `${TRAP}answer?h=${encodeURIComponent(`Content-Type:${type}`)}&body=${encodeURIComponent(body)}`
  const found = await page.evaluate<string[]>(`(async () => {
    const load = (element) => new Promise((done) => {
      element.onload = () => done('loaded')
      element.onerror = () => done('refused')
      document.head.append(element)
    })
    const make = (tag, props) => Object.assign(document.createElement(tag), props)
    const script = ${JSON.stringify(url('text/javascript', 'window.hit = 1'))}
    return [
      await load(make('script', { src: script })),
      await load(make('script', { src: '/hub/user/mallory/' + script.slice(${TRAP.length}) })),
      await load(make('script', { src: script, type: 'module' })),
      await load(make('link', { rel: 'stylesheet', href: ${JSON.stringify(url('text/css', '*{color:red}'))} })),
      await load(make('script', { src: '/hub/static/hubgate.js' })),
      String(window.hit),
    ]
  })()`)
  expect(found).toEqual(['refused', 'refused', 'refused', 'refused', 'loaded', 'undefined'])
})
