import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MAX_BODY } from '../../../src/api/read-body.ts'
import { ADA, OPS, openRig } from '../harness.ts'

const PROPERTIES = '/groups/g/properties'

async function withGroup() {
  const rig = await openRig({ config: { load_groups: { g: {} } } })
  return {
    ...rig,
    put: (body: string | ReadableStream, token = OPS) =>
      rig.fetch(PROPERTIES, {
        method: 'PUT',
        headers: { authorization: `token ${token}` },
        body,
        duplex: 'half',
      } as RequestInit),
  }
}

describe('the body of a request', () => {
  it('is counted, not believed: 1 MiB and no more', async () => {
    const { put } = await withGroup()
    const fitting = `{"a":"${'x'.repeat(MAX_BODY - 8)}"}`
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
    const { put } = await withGroup()
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
    const response = await put(body, ADA)
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
