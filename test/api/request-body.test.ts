import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MAX_BODY } from '../../src/api/read-body.ts'
import { ADA, expectError, OPS, openRig } from './harness.ts'

const PROPERTIES = '/groups/g/properties'

async function withGroup() {
  const rig = await openRig({ config: { load_groups: { g: {} } } })
  return {
    ...rig,
    put: (body: string | Uint8Array | ReadableStream) =>
      rig.fetch(PROPERTIES, {
        method: 'PUT',
        headers: { authorization: `token ${OPS}` },
        body,
        duplex: 'half',
      } as RequestInit),
  }
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('the body of a request', () => {
  it('is read whatever its content type is', async () => {
    const { call } = await withGroup()
    const headers = { authorization: `token ${OPS}`, 'content-type': 'text/csv' }
    expect((await call('PUT', PROPERTIES, headers, { a: 1 })).body.properties).toEqual({ a: 1 })
  })

  it.each([
    ['{"a":', 'Invalid JSON in body of request'],
    ['   ', 'Invalid JSON in body of request'],
    ["{'a': 1}", 'Invalid JSON in body of request'],
    ['{"a": NaN}', 'Invalid JSON in body of request'],
    [nested(33), 'The JSON is nested more than 32 deep.'],
    ['['.repeat(100_000), 'Invalid JSON in body of request'],
    ['{"__proto__": {"admin": true}}', 'Invalid JSON keys: __proto__'],
    ['{"a": [{"constructor": 1}]}', 'Invalid JSON keys: constructor'],
    ['{"prototype": 1}', 'Invalid JSON keys: prototype'],
  ])('answers 400 for %.40s', async (body, message) => {
    const { call } = await withGroup()
    expectError(await call('PUT', PROPERTIES, OPS, body), 400, message)
  })

  it('may be nested 32 deep', async () => {
    const { call } = await withGroup()
    expect((await call('PUT', PROPERTIES, OPS, nested(32))).status).toBe(200)
  })

  it('must be UTF-8', async () => {
    const { put } = await withGroup()
    const response = await put(Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ message: 'The request body is not valid UTF-8.' })
  })

  it('is counted, not believed: 1 MiB and no more', async () => {
    const { put } = await withGroup()
    const fitting = `{"a":"${'x'.repeat(MAX_BODY - 8)}"}`
    expect((await put(fitting)).status).toBe(200)
    expect((await put(`${fitting} `)).status).toBe(413)
  })

  it('that never ends is not read further than the limit', async () => {
    const { put } = await withGroup()
    let sent = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    expect((await put(endless)).status).toBe(413)
    expect(sent).toBeLessThan(MAX_BODY + 4 * 65_536)
  })

  it('is not read at all for who may not send it', async () => {
    const rig = await withGroup()
    let pulled = 0
    const body = new ReadableStream(
      {
        pull: (controller) => {
          pulled++
          controller.enqueue(new Uint8Array(65_536))
        },
      },
      { highWaterMark: 0 },
    )
    const response = await rig.fetch(PROPERTIES, {
      method: 'PUT',
      headers: { authorization: `token ${ADA}` },
      body,
      duplex: 'half',
    } as RequestInit)
    expect([response.status, pulled]).toEqual([403, 0])
  })

  it('over a socket: the answer reaches a client that sends too much', async () => {
    const { fetch } = await withGroup()
    const listener = getRequestListener(
      (request) => fetch(new URL(request.url).pathname, request),
      { overrideGlobalObjects: false },
    )
    const server = createServer((request, response) => void listener(request, response))
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const response = await globalThis.fetch(`http://127.0.0.1:${port}${PROPERTIES}`, {
      method: 'PUT',
      headers: { authorization: `token ${OPS}` },
      body: 'x'.repeat(3 * MAX_BODY),
    })
    expect(response.status).toBe(413)
  })
})
