import { describe, expect, it } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import type { Log } from '../../src/base/log.ts'
import { errorRenderer } from '../../src/edge/error-response.ts'

interface Line {
  level: 'error' | 'debug'
  fields: Record<string, unknown>
}

function rig() {
  const lines: Line[] = []
  const note = (level: Line['level']) => (fields: Line['fields']) => lines.push({ level, fields })
  const log = { error: note('error'), debug: note('debug') } as unknown as Log
  const render = errorRenderer({ log, baseUrl: () => '/base/' })
  return { lines, render }
}

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

describe('an error of the API', () => {
  it('is JSON whatever is accepted', async () => {
    const { render } = rig()
    const error = new HubgateError('conflict', 'Group g already exists')
    const request = { accept: BROWSER, path: '/base/hub/api/groups', id: 'r1' }
    const response = render(error, request)
    expect(response.status).toBe(409)
    expect(await response.json()).toEqual({ status: 409, message: 'Group g already exists' })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-security-policy': "frame-ancestors 'none'; default-src 'none'",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
  })

  it('has a null where there is no text, and what the error adds', async () => {
    const { render } = rig()
    const request = { accept: undefined, path: '/base/hub/api', id: 'r1' }
    expect(await render(new HubgateError('not_found'), request).json()).toEqual({
      status: 404,
      message: null,
    })
    const limited = new HubgateError('too_many_requests', 'Wait.', {
      body: { output: 'x', status: 1 },
      headers: { 'retry-after': '30' },
      detail: { reason: 'limit' },
    })
    const response = render(limited, request)
    expect(await response.json()).toEqual({ output: 'x', status: 429, message: 'Wait.' })
    expect(response.headers.get('retry-after')).toBe('30')
  })

  it('logs no token that is in the path', () => {
    const { render, lines } = rig()
    const path = '/base/hub/api/authorizations/token/a-secret-of-the-config-map'
    render(new HubgateError('not_found'), { accept: '', path, id: 'r1' })
    render(new TypeError('fault'), { accept: BROWSER, path, id: 'r1' })
    expect(lines.map(({ fields }) => fields['path'])).toEqual([
      '/base/hub/api/authorizations/token/…',
      '/base/hub/api/authorizations/token/…',
    ])
  })

  it('says nothing of what it does not know, and logs it', async () => {
    const { render, lines } = rig()
    const cause = new TypeError('secret detail')
    const response = render(cause, {
      accept: '',
      path: `/base/hub/api/${'x'.repeat(999)}`,
      id: 'r1',
    })
    expect(await response.json()).toEqual({ status: 500, message: 'Internal Server Error' })
    expect(lines).toMatchObject([
      { level: 'error', fields: { requestId: 'r1', code: 'internal', err: cause } },
    ])
    expect(String(lines[0]?.fields['path']).length).toBe(256)
  })

  it('takes anything that was thrown', async () => {
    const { render } = rig()
    for (const thrown of [undefined, null, 'text', { status: 200 }]) {
      expect(render(thrown, { accept: '', path: '/base/hub/api', id: 'r' }).status).toBe(500)
    }
  })

  it('logs refusals quietly, with their detail', () => {
    const { render, lines } = rig()
    const error = new HubgateError('forbidden', 'No.', { detail: { excess: ['admin:users'] } })
    render(error, { accept: '', path: '/base/hub/api/users', id: 'r1' })
    expect(lines).toMatchObject([
      { level: 'debug', fields: { code: 'forbidden', excess: ['admin:users'] } },
    ])
  })
})

describe('an error elsewhere', () => {
  const path = '/base/user/ada/lab'

  it('is a page for browsers, in which nothing of the text is markup', async () => {
    const { render } = rig()
    const error = new HubgateError('not_found', '<script>alert(1)</script> "x"')
    const response = render(error, { accept: BROWSER, path, id: '<b>id</b>' })
    const page = await response.text()
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/<script>alert|<b>id/)
  })

  it('says in the page what to do where the error knows', async () => {
    const { render } = rig()
    const error = new HubgateError('hub_token_refused', undefined, { body: { hint: 'Make one.' } })
    const page = await render(error, { accept: BROWSER, path, id: 'r1' }).text()
    expect(page).toContain('Make one.')
  })

  it.each([[undefined], ['*/*'], ['application/json'], ['application/json, text/html']])(
    'is JSON when %s is accepted',
    async (accept) => {
      const { render } = rig()
      const response = render(new HubgateError('not_found'), { accept, path, id: 'r1' })
      expect(response.headers.get('content-type')).toBe('application/json')
    },
  )

  it('is a page at paths that only begin like the API', async () => {
    const { render } = rig()
    const request = { accept: BROWSER, path: '/base/hub/apikeys', id: 'r1' }
    expect(render(new HubgateError('not_found'), request).headers.get('content-type')).toMatch(
      /^text\/html/,
    )
  })
})
