import { describe, expect, test } from 'vitest'
import { RESOURCES } from './cases.ts'
import { as, caseName, paged, raw, tidy, until } from './notation.ts'

describe('the notation of cases', () => {
  test('a line is a request, with or without a body, or more', () => {
    const lines = ['GET /a', ['POST /b', { c: 1 }] as const, until('x', 1, paged('GET /d'))]
    expect(as('ada', ...lines)).toEqual([
      { persona: 'ada', request: 'GET /a' },
      { persona: 'ada', request: 'POST /b', body: { c: 1 } },
      {
        persona: 'ada',
        request: 'GET /d',
        headers: { accept: 'application/jupyterhub-pagination+json' },
        until: { at: 'x', is: 1 },
      },
    ])
  })

  test('a name shows who asks for what', () => {
    const [page, body, bytes] = as(
      'ada',
      paged('GET /d'),
      ['POST /b', raw('{')],
      ['POST /b', raw(new Uint8Array(3))],
    ).map(caseName)
    expect([page, body, bytes]).toEqual([
      'ada GET /d paged',
      'ada POST /b {',
      'ada POST /b <3 bytes>',
    ])
  })

  test('every request has a method and a path', () => {
    const requests = RESOURCES.flatMap(({ steps }) =>
      steps.flatMap((step) => ('request' in step ? [step.request] : [])),
    )
    expect(requests.filter((request) => !/^[A-Z]+ \/\S*$/.test(request))).toEqual([])
  })

  test('what only tidies up is marked', () => {
    expect(tidy('DELETE /a')).toEqual([{ request: 'DELETE /a', tidies: true }])
  })
})
