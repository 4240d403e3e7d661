import { expect, test } from 'vitest'
import { formsTo, onlyOfHub, PAGE_HEADERS } from '../../src/views/page-headers.ts'

const standard = { 'Content-Security-Policy': PAGE_HEADERS['Content-Security-Policy'] }

test.each([
  ['https://portal.example/callback?x=1', 'https://portal.example'],
  ['http://127.0.0.1:9999/', 'http://127.0.0.1:9999'],
  ['http://[::1]:80/', 'http://[::1]'],
])('formsTo lets a form lead to %s', (uri, origin) => {
  expect(formsTo(uri)['Content-Security-Policy']).toContain(`form-action 'self' ${origin};`)
})

test.each([
  '',
  '/services/quick/oauth_callback',
  'javascript:alert(1)',
  'http://a;script-src*/',
  'http://a,b/',
  "http://a' 'b/",
  'data:text/html,x',
])('formsTo adds nothing for %j', (uri) => {
  expect(formsTo(uri)).toEqual(standard)
})

test('onlyOfHub holds a page to the hub’s own files, by a policy beside its own', () => {
  const answer = onlyOfHub(new Response('', { headers: PAGE_HEADERS }), '/lab/hub/')
  const files = '*:*/lab/hub/static/ *:*/lab/hub/api/docs/'
  expect(answer.headers.get('content-security-policy')).toBe(
    `${standard['Content-Security-Policy']}, script-src ${files}; style-src ${files}; connect-src *:*/lab/hub/`,
  )
})

test('onlyOfHub leaves what is no page as it is', () => {
  const headers = { location: '/hub/home' }
  const answer = onlyOfHub(new Response(null, { status: 303, headers }), '/hub/')
  expect(answer.headers.has('content-security-policy')).toBe(false)
})
