import { describe, expect, it } from 'vitest'
import { ADA, openRig, SERVICE } from '../harness.ts'
import { DOCS } from './docs-files.ts'

describe('GET /', () => {
  it.each(['', '/'])('answers the version of the API to anybody at "%s"', async (path) => {
    const { call } = await openRig()
    const { status, body, headers } = await call('GET', path, null)
    expect(status).toBe(200)
    expect(body).toEqual({ version: '6.1.1' })
    expect(headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('GET /info', () => {
  it('answers versions and parts', async () => {
    const { call } = await openRig()
    expect((await call('GET', '/info')).body).toEqual({
      version: '6.1.1',
      python: '',
      sys_executable: process.execPath,
      spawner: { class: 'process', version: '0.1.0' },
      authenticator: { class: 'dummy', version: '0.1.0' },
      hubgate: { version: '0.1.0', node: process.version },
    })
  })
})

describe('/health', () => {
  it('answers GET and HEAD with an empty page to anybody', async () => {
    const { call } = await openRig()
    const { status, text, headers } = await call('GET', '/health', null)
    expect([status, text, headers.get('content-type')]).toEqual([200, '', 'text/html'])
    expect((await call('HEAD', '/health', null)).status).toBe(200)
  })
})

describe('GET /user', () => {
  it('answers the user with the credential and its scopes', async () => {
    const { call } = await openRig()
    const { status, body } = await call('GET', '/user', ADA)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'user',
      name: 'ada',
      admin: false,
      groups: [],
      token_id: expect.stringMatching(/^c[0-9a-f]{16}$/),
      session_id: null,
    })
    expect(body.scopes).toEqual([...body.scopes].sort())
    expect(body.scopes).toContain('access:servers!user=ada')
  })

  it('shows stopped servers to those who ask for them', async () => {
    const { call } = await openRig()
    await call('PUT', '/users/ada/servers/lab', ADA)
    const shown = async (query: string) =>
      Object.keys((await call('GET', `/user${query}`, ADA)).body.servers)
    expect(await shown('')).toEqual([])
    expect(await shown('?include_stopped_servers=1')).toEqual(['', 'lab'])
  })

  it('answers the minimum to a token that allows nothing', async () => {
    const { call, tokenOf } = await openRig()
    const { body } = await call('GET', '/user', await tokenOf('ada', []))
    expect(Object.keys(body).sort()).toEqual([
      'admin',
      'groups',
      'kind',
      'name',
      'scopes',
      'session_id',
      'token_id',
      'user_info',
    ])
    expect(body.scopes).toEqual(['read:users:groups!user=ada', 'read:users:name!user=ada'])
  })

  it('answers what a single-user server needs to a notebook token', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['access:servers!server=ada/'])
    const { body } = await call('GET', '/user', token)
    expect(body).toMatchObject({ kind: 'user', name: 'ada' })
    expect(body.scopes).toContain('access:servers!server=ada/')
  })

  it('answers the service to a service', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/user', SERVICE)
    expect(body).toEqual({
      kind: 'service',
      name: 'announce',
      admin: false,
      token_id: expect.any(String),
      session_id: null,
      scopes: [],
    })
  })

  it('answers all of the service to one that may read services', async () => {
    const config = {
      services: [{ name: 'announce', api_token: SERVICE, admin: true, info: { about: 'news' } }],
    }
    const { call } = await openRig({ config })
    expect((await call('GET', '/user', SERVICE)).body).toMatchObject({
      admin: true,
      roles: ['admin'],
      info: { about: 'news' },
      display: true,
      prefix: '',
      command: [],
    })
  })
})

describe('GET /docs', () => {
  it('answers a page that runs scripts of this origin only, to anybody', async () => {
    const { fetch } = await openRig()
    const answer = await fetch('/docs')
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(text).not.toMatch(/<script(?![^>]* src=)/)
    expect(text).not.toMatch(/https?:/)
    expect(text).toContain('data-description="/hub/api/openapi.json"')
    for (const { name } of DOCS) expect(text).toContain(`"/hub/api/docs/${name}"`)
  })

  it('leads to files below the base URL', async () => {
    const { fetch } = await openRig({ config: { base_url: '/lab/' } })
    const text = await (await fetch('/docs')).text()
    expect(text).toContain('data-description="/lab/hub/api/openapi.json"')
    expect(text).toContain('src="/lab/hub/api/docs/api-docs.js"')
  })
})

describe.each(DOCS)('GET /docs/$name', ({ name, type }) => {
  it('answers the file, which browsers take for nothing else', async () => {
    const { fetch } = await openRig()
    const answer = await fetch(`/docs/${name}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(500)
  })
})
