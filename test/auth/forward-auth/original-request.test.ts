import { describe, expect, it } from 'vitest'
import { originalRequest } from '../../../src/auth/forward-auth/original-request.ts'

function read(headers: Record<string, string>, query = '', isTrusted = true) {
  const all = new Headers(headers)
  return originalRequest((name) => all.get(name), new URLSearchParams(query), isTrusted)
}

const FORWARDED = {
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'grafana.example.org',
  'X-Forwarded-Uri': '/a?b=c',
}
const URL = 'https://grafana.example.org/a?b=c'

describe('what a trusted proxy says', () => {
  it.each([
    ['nginx', { 'X-Original-URL': URL, 'X-Original-Method': 'PUT' }, 'PUT'],
    ['Traefik and Caddy', { ...FORWARDED, 'X-Forwarded-Method': 'PUT' }, 'PUT'],
    ['a WebSocket’s proxy', { ...FORWARDED, 'X-Forwarded-Proto': 'wss' }, undefined],
    ['a URI', { ...FORWARDED, 'X-Original-URI': '/a?b=c' }, undefined],
    ['a URI called URL', { ...FORWARDED, 'X-Original-URL': '/a?b=c' }, undefined],
    ['all of it', { ...FORWARDED, 'X-Original-URL': URL }, undefined],
  ])('%s', (_, headers, method) => {
    expect(read(headers)).toEqual({ url: URL, method })
  })

  it('the query says it too, to anybody', () => {
    expect(read({}, `url=${encodeURIComponent(URL)}`, false)).toEqual({
      url: URL,
      method: undefined,
    })
  })

  it.each([
    [{ ...FORWARDED, 'X-Original-URL': 'https://other.example.org/a?b=c' }],
    [{ ...FORWARDED, 'X-Original-URI': '/other' }],
    [{ 'X-Original-Method': 'GET', 'X-Forwarded-Method': 'POST' }],
    [{ 'X-Original-Method': 'GET, POST' }],
    [{ 'X-Original-Method': 'get' }],
    [{ 'X-Original-URI': '/a' }],
    [{ 'X-Original-URI': '/a', 'X-Forwarded-Proto': 'https' }],
    [{ 'X-Forwarded-Uri': 'a', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'h' }],
    [{ ...FORWARDED, 'X-Forwarded-Proto': 'javascript' }],
    [{ ...FORWARDED, 'X-Forwarded-Proto': 'constructor' }],
  ])('%j says two things, or half of one: nothing is guessed', (headers) => {
    expect(() => read(headers)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  it.each([
    ['url=https://a/&url=https://b/', {}],
    ['url=https://a/&url=https://a/', {}],
    ['url=https://other.example.org/', FORWARDED],
  ])('the query %s contradicts', (query, headers) => {
    expect(() => read(headers, query)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})

it('what anybody else says in headers is not looked at', () => {
  const headers = { ...FORWARDED, 'X-Original-URL': 'https://other/', 'X-Original-Method': 'x' }
  expect(read(headers, '', false)).toEqual({ url: undefined, method: undefined })
})
