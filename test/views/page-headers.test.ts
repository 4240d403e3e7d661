import { expect, test } from 'vitest'
import { formsTo, PAGE_HEADERS } from '../../src/views/page-headers.ts'

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
