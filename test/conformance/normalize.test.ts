import { describe, expect, test } from 'vitest'
import type { Answer } from './exchange.ts'
import { Normalizer } from './normalize.ts'

const json = (body: unknown, headers = {}): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  text: JSON.stringify(body),
})

const bodyOf = (body: unknown, normalizer = new Normalizer(1234, '6.1.1')): unknown =>
  normalizer.normal(json(body)).body

describe('Normalizer', () => {
  test('moments about now are one, others stay, to the second', () => {
    const now = new Date().toISOString()
    expect(bodyOf({ a: now, b: '2021-06-07T08:09:10.123456Z', c: null })).toEqual({
      a: '<now>',
      b: '2021-06-07T08:09:10.000Z',
      c: null,
    })
  })

  test('how long a token lives stays', () => {
    const now = Date.now()
    const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString()
    expect(bodyOf({ created: at(0), expires_at: at(7201) })).toMatchObject({
      expires_at: '<7200 s later>',
    })
  })

  test('secrets, ids and state are told by their kind', () => {
    expect(bodyOf({ token: 'abc', id: 'a12', code: 'xyz', state: { pid: 1 } })).toEqual({
      code: '<secret>',
      id: '<a some id>',
      state: '<state>',
      token: '<secret>',
    })
  })

  test('an id that a case named is known wherever it shows', () => {
    const normalizer = new Normalizer(1234, '6.1.1')
    normalizer.name('a12', 'first-id')
    expect(bodyOf({ token_id: 'a12', message: 'No a12' }, normalizer)).toEqual({
      message: 'No <a first-id>',
      token_id: '<a first-id>',
    })
  })

  test('sets have no order, other lists do', () => {
    expect(bodyOf({ scopes: ['b', 'a'] })).toEqual(bodyOf({ scopes: ['a', 'b'] }))
    expect(bodyOf({ items: ['b', 'a'] })).not.toEqual(bodyOf({ items: ['a', 'b'] }))
  })

  test('hosts, ports and the order of a query mean nothing', () => {
    const url = 'http://127.0.0.1:1234/hub/api/users?offset=2&limit=1'
    expect(bodyOf({ url, target: 'http://127.0.0.1:9' })).toEqual({
      target: 'http://<server>',
      url: 'http://<host>/hub/api/users?limit=1&offset=2',
    })
  })

  test('of the headers those stay that a client goes by', () => {
    const headers = {
      'content-type': 'application/json; charset=UTF-8',
      'retry-after': '37',
      'x-jupyterhub-version': '6.1.1',
      date: 'today',
    }
    expect(new Normalizer(1234, '6.1.1').normal(json({}, headers)).headers).toEqual({
      'content-type': 'application/json',
      'retry-after': '<seconds>',
      'x-jupyterhub-version': '<present>',
    })
  })

  test('of an event stream the first and the last event stay', () => {
    const text = '\n\ndata: {"progress":0}\n\ndata: {"progress":5}\n\ndata: {"progress":100}\n\n'
    const answer = { status: 200, headers: { 'content-type': 'text/event-stream' }, text }
    expect(new Normalizer(1234, '6.1.1').normal(answer).body).toEqual([
      { progress: 0 },
      { progress: 100 },
    ])
  })
})
