import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import type { UserPlace } from '../../src/edge/classify.ts'
import { factsOf } from '../../src/edge/visitor.ts'

const PLACE: UserPlace = {
  kind: 'user',
  user: 'ada',
  second: null,
  others: [],
  secondEnds: false,
  path: '/user/ada/sw.js',
  query: '',
  prefix: '/user/ada/',
}
const TARGET = { server: '', route: undefined }
const SCOPE = { id: 'x', address: '192.0.2.1', tls: true }

it.each([
  [{ 'sec-fetch-dest': 'serviceworker' }, 'serviceworker'],
  [{ 'service-worker': 'script' }, 'serviceworker'],
  [{ 'service-worker': 'script', 'sec-fetch-dest': 'empty' }, 'empty'],
  [{}, undefined],
])('what a request is for, by %o', (headers, expected) => {
  const request = { headers, method: 'GET' } as unknown as IncomingMessage
  expect(factsOf(request, PLACE, TARGET, SCOPE, false).secFetchDest).toBe(expected)
})
