import { expect, it } from 'vitest'
import { openSite } from './site.ts'

it.each([
  ['hubgate.css', 'text/css; charset=UTF-8'],
  ['progress.js', 'text/javascript; charset=UTF-8'],
])('%s is served, and not again while it is the same', async (name, type) => {
  const { browser } = await openSite()
  const one = browser()
  const response = await one.get(`/hub/static/${name}`)
  const etag = response.headers.get('etag') ?? ''
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(type)
  expect(response.headers.get('cache-control')).toBe('no-cache')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await response.text()).length).toBeGreaterThan(500)
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
    const again = await one.get(`/hub/static/${name}`, { 'if-none-match': known })
    expect([again.status, await again.text()]).toEqual([304, ''])
  }
  const other = await one.get(`/hub/static/${name}`, { 'if-none-match': '"x"' })
  expect(other.status).toBe(200)
})

it.each([
  'nothing.css',
  '..%2Fpage-headers.ts',
  '%2e%2e%2fapp.ts',
  '__proto__',
  'constructor',
  'hubgate.css%00',
  'hubgate.css/',
])('%s does not exist', async (name) => {
  const { browser } = await openSite()
  expect((await browser().get(`/hub/static/${name}`)).status).toBe(404)
})
