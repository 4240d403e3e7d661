import { expect, it } from 'vitest'
import { expectNothingOf, hostileSetting, TRAP, trapWith } from './hostile.ts'

const setting = hostileSetting()

/** What a window shows to the page that has it; `w` is the window. */
const LOOK = `
  const pause = (ms) => new Promise((done) => setTimeout(done, ms))
  const look = (w) => {
    try { return w.closed ? 'cut off' : w.document.documentElement.outerHTML } catch (error) { return String(error) }
  }
  const watch = async (w) => {
    const found = new Set()
    for (let i = 0; i < 100 && look(w) !== 'cut off'; i++) { found.add(look(w)); await pause(30) }
    return [...found, look(w)]
  }
`

/** Opener policies of a hostile page that could make it one with the hub's. */
const POLICIES = [
  [],
  ['Cross-Origin-Opener-Policy:same-origin'],
  ['Cross-Origin-Opener-Policy:same-origin;report-to="x"'],
  ['Cross-Origin-Opener-Policy:same-origin-allow-popups'],
  ['Cross-Origin-Opener-Policy:noopener-allow-popups'],
  ['Cross-Origin-Opener-Policy:same-origin', 'Cross-Origin-Embedder-Policy:require-corp'],
  ['Cross-Origin-Opener-Policy:same-origin', 'Cross-Origin-Embedder-Policy:credentialless'],
  ['Cross-Origin-Opener-Policy:same-origin', 'Origin-Agent-Cluster:?1'],
]

it.each(POLICIES.map((headers) => [headers]))(
  'reads no window that it opens, with %j',
  async (headers) => {
    await setting.victim.page.goto(trapWith(...headers))
    const found = await setting.victim.page.evaluate<string[][]>(`(async () => { ${LOOK}
    const paths = ['/hub/home', '/hub/logout', '/hub/nothing', '/hub/api/docs']
    return Promise.all(paths.map((path, i) => watch(open(path, 'named' + i))))
  })()`)
    expectNothingOf(setting.victim, found)
    expect(found.map((one) => one.at(-1))).toEqual(found.map(() => 'cut off'))
  },
)

it('reads no window that it opened elsewhere first, empty or with a page of its own', async () => {
  for (const first of ['', 'about:blank', TRAP, 'blob']) {
    const found = await setting.victim.page.evaluate<string[]>(`(async () => { ${LOOK}
      const own = URL.createObjectURL(new Blob(['<p>own'], { type: 'text/html' }))
      const w = open('${first}' === 'blob' ? own : '${first}')
      await pause(300)
      w.location = '/hub/home'
      return watch(w)
    })()`)
    expectNothingOf(setting.victim, found)
    expect(found.at(-1)).toBe('cut off')
  }
})

it('finds no window of the hub by its name, nor is it one’s opener', async () => {
  const [popup] = await Promise.all([
    setting.victim.context.waitForEvent('page'),
    setting.victim.page.evaluate(`{ open('/hub/home', 'hubs') }`),
  ])
  await popup.waitForLoadState()
  expect(await popup.evaluate('[String(window.opener), window.name]')).toEqual(['null', ''])
  const found = await setting.victim.page.evaluate<string>(`(async () => { ${LOOK}
    const w = open('', 'hubs')
    await pause(300)
    return look(w)
  })()`)
  expectNothingOf(setting.victim, found)
})

it('gets no hold of the hub’s window from a page that the hub’s own link opened', async () => {
  await setting.victim.page.goto('/hub/home')
  const [opened] = await Promise.all([
    setting.victim.context.waitForEvent('page'),
    setting.victim.page.evaluate(`{ open('${TRAP}') }`),
  ])
  await opened.waitForLoadState()
  expect(await opened.evaluate('String(window.opener)')).toBe('null')
})

it('shows no page of the hub in a frame of any kind', async () => {
  const paths = ['/hub/home', '/hub/login', '/hub/logout', '/hub/token', '/hub/api/docs']
  for (const path of paths) {
    for (const tag of ['iframe', 'object', 'embed', 'fencedframe']) {
      const attribute = tag === 'object' ? 'data' : 'src'
      await setting.victim.page.evaluate(`(async () => {
        const element = Object.assign(document.createElement('${tag}'), { ${attribute}: '${path}' })
        document.body.replaceChildren(element)
        await new Promise((done) => setTimeout(done, 400))
      })()`)
      for (const frame of setting.victim.page.frames().slice(1)) {
        const text = await frame.evaluate('document.documentElement.outerHTML').catch(String)
        expectNothingOf(setting.victim, text)
        expect(text).not.toContain('name="password"')
        expect(text).not.toContain('api-docs')
      }
    }
  }
})

it('gets nothing back by going back, forward or to a page that the browser kept', async () => {
  await setting.victim.page.goto('/hub/home')
  await setting.victim.page.goto(TRAP)
  await setting.victim.page.goBack()
  await setting.victim.page.goForward()
  const found = await setting.victim.page.evaluate<unknown[]>(
    '[document.referrer, history.length > 1, navigation.entries().map((one) => [one.url, one.getState()])]',
  )
  expectNothingOf(setting.victim, found)
})
