import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { ApiRequest } from '../../src/api/api-request.ts'
import { Api } from '../../src/api/app.ts'
import type { ApiBindings } from '../../src/api/deps.ts'
import { StreamAnswer } from '../../src/api/stream-answer.ts'
import { TextAnswer } from '../../src/api/text-answer.ts'
import { apiListener } from '../../src/edge/api-listener.ts'

type Handler = (request: ApiRequest, bindings: ApiBindings) => Promise<Response>

/** A server whose API is the handler. */
async function serve(handler: Handler) {
  const requestAnswered = vi.fn()
  const api: Pick<Api, 'answer'> = {
    answer: (request, bindings = {}) => handler(request, bindings),
  }
  const listener = apiListener(Object.setPrototypeOf(api, Api.prototype) as Api, {
    requestAnswered,
  })
  const done: Promise<void>[] = []
  const server = createServer((request, response) => {
    done.push(listener(request, response, { id: 'the-id', address: '', tls: false }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/hub/api/x`, port, requestAnswered, done }
}

const text = (content: string, status = 200) => new TextAnswer(content, status, 'application/json')

it('writes a text with the common headers, its length and the id', async () => {
  const { url, requestAnswered } = await serve((_, bindings) => {
    bindings.route = '/users/{name}'
    return Promise.resolve(text('{"name":"ådä"}', 201))
  })
  const response = await fetch(url)
  expect(response.status).toBe(201)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/json',
    'content-length': '16',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': 'the-id',
  })
  expect(await response.json()).toEqual({ name: 'ådä' })
  expect(requestAnswered).toHaveBeenCalledExactlyOnceWith(
    { method: 'GET', handler: '/hub/api/users/{name}', code: 201 },
    expect.any(Number),
  )
})

it('writes what an endpoint adds to the headers', async () => {
  const { url } = await serve(async () => {
    const answer = text('{}')
    answer.headers.set('Retry-After', '3')
    return answer
  })
  const { headers } = await fetch(url)
  expect(headers.get('retry-after')).toBe('3')
  expect(headers.get('content-type')).toBe('application/json')
})

it('answers HEAD with the length and without the body, and 204 without both', async () => {
  const { url } = await serve((request) =>
    Promise.resolve(request.method === 'HEAD' ? text('{}') : new TextAnswer('', 204, null)),
  )
  const head = await fetch(url, { method: 'HEAD' })
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['2', ''])
  const empty = await fetch(url)
  expect([empty.status, empty.headers.get('content-length')]).toEqual([204, null])
})

it('names no path that has no route', async () => {
  const { url, requestAnswered } = await serve(() => Promise.resolve(text('{}', 404)))
  await fetch(url)
  expect(requestAnswered.mock.calls[0]?.[0]).toMatchObject({ handler: '/hub/api/*', code: 404 })
})

it('sends a stream as it comes, with the id', async () => {
  const { url } = await serve(async () => {
    const parts = ['a', 'b']
    return new StreamAnswer(
      new ReadableStream({
        pull: (controller) => {
          const part = parts.shift()
          if (part === undefined) controller.close()
          else controller.enqueue(Buffer.from(part))
        },
      }),
    )
  })
  const response = await fetch(url)
  expect(response.headers.get('x-request-id')).toBe('the-id')
  expect(await response.text()).toBe('ab')
})

it('breaks the connection off when a stream fails', async () => {
  const { url } = await serve(async () => {
    let begun = false
    return new StreamAnswer(
      new ReadableStream({
        pull: async (controller) => {
          if (begun) controller.error(new Error('broken'))
          else controller.enqueue(Buffer.from('['))
          begun = true
        },
      }),
    )
  })
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow()
})

it('gives endpoints the request as it came', async () => {
  const { port } = await serve(async (request) => {
    const { method, url, headers } = request
    const body = Buffer.from(await request.arrayBuffer()).toString()
    const [accept, cookie, none] = ['Accept', 'cookie', 'x-none'].map((name) => headers.get(name))
    return text(JSON.stringify({ method, url, accept, cookie, none, body }))
  })
  const request = send({
    port,
    host: '127.0.0.1',
    method: 'PATCH',
    path: '/hub/api/x?a=%20b',
    headers: { host: 'hub.test', accept: ['a/b', 'c/d'], cookie: ['a=1', 'b=2'] },
  })
  request.end('{"a":1}')
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(JSON.parse(String((await response.toArray())[0]))).toEqual({
    method: 'PATCH',
    url: 'http://hub.test/hub/api/x?a=%20b',
    accept: 'a/b, c/d',
    cookie: 'a=1; b=2',
    none: null,
    body: '{"a":1}',
  })
})

it('has a body where one is announced', async () => {
  const { port } = await serve((request) =>
    Promise.resolve(text(JSON.stringify(request.body === null))),
  )
  for (const [rest, isNone] of [
    ['\r\n', true],
    ['Content-Length: 0\r\n\r\n', false],
    ['Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', false],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.write(`POST / HTTP/1.1\r\nHost: hub.test\r\nConnection: close\r\n${rest}`)
    const answer = String(Buffer.concat(await socket.toArray()))
    expect(answer).toContain(`\r\n\r\n${isNone}`)
  }
})

it('tells an endpoint whose client goes away', async () => {
  const begun = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<unknown>()
  const { port, done } = await serve(async ({ signal }) => {
    signal.addEventListener('abort', () => gone.resolve(signal.reason))
    begun.resolve()
    await gone.promise
    return text('{}')
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: hub.test\r\n\r\n')
  await begun.promise
  socket.destroy()
  expect(await gone.promise).toMatchObject({ message: 'the client went away' })
  await Promise.all(done)
})

it('does not wait for a body that breaks off', async () => {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<unknown>()
  const { port, done } = await serve(async (request) => {
    const body = request.arrayBuffer()
    begun.resolve()
    await body.then(() => ended.resolve('whole'), ended.resolve)
    return text('{}')
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 10\r\n\r\nhalf')
  await begun.promise
  socket.destroy()
  expect(await ended.promise).toMatchObject({ code: 'bad_request' })
  await Promise.all(done)
})

it('answers what is neither with its length', async () => {
  const { url } = await serve(() =>
    Promise.resolve(new Response('page', { headers: { 'content-type': 'text/html' } })),
  )
  const response = await fetch(url)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-length': '4',
    'content-type': 'text/html',
    'x-request-id': 'the-id',
  })
  expect(await response.text()).toBe('page')
})

it('stops making a stream whose client goes away', async () => {
  const cancelled = Promise.withResolvers<string>()
  const { port, done } = await serve(async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(Buffer.alloc(100_000)),
      cancel: () => cancelled.resolve('cancelled'),
    })
    return new StreamAnswer(endless)
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: hub.test\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  expect(await cancelled.promise).toBe('cancelled')
  await Promise.all(done)
})
