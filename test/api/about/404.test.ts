import { describe, expect, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('GET /docs/…', () => {
  it.each([
    'index.html',
    'package.json',
    'swagger-ui.js',
    'swagger-ui-bundle.js.map',
    '..%2Fpackage.json',
    '%2e%2e%2fpackage.json',
    '__proto__',
    'constructor',
    'static/api-docs.js',
    '',
  ])('does not serve "%s"', async (name) => {
    const { call } = await openRig()
    const answer = await call('GET', `/docs/${name}`, null)
    expectError(answer, 404, null)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})
