import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { ServicePlace } from '../../src/edge/classify.ts'
import type { ServiceGateDeps } from '../../src/edge/service.ts'
import { ServiceGate } from '../../src/edge/service.ts'
import { testRoute } from '../support/forward-harness.ts'
import { openTestHub } from '../support/hub.ts'

const PLACE: ServicePlace = {
  kind: 'service',
  name: 'announce',
  path: '/services/announce/ws',
  query: '',
  prefix: '/services/announce/',
}
const SCOPE = { id: 'x', address: '192.0.2.1', tls: false }

it('a WebSocket is not passed on where a service was until just now (threats.md P5)', async () => {
  const hub = await openTestHub()
  const before = {
    ...testRoute('http://127.0.0.1:1'),
    service: { name: 'announce', clientId: null },
  }
  const found = [before, testRoute('http://127.0.0.1:2')]
  const gate = new ServiceGate({
    ...{ hub, strict: hub, guard: { guards: () => false }, proxy: {} },
    services: { get: () => found.shift() },
  } as unknown as ServiceGateDeps)
  const request = { headers: {}, rawHeaders: [], method: 'GET' } as unknown as IncomingMessage
  const socket = new Socket()
  onTestFinished(() => void socket.destroy())
  const upgraded = gate.upgrade(request, socket, Buffer.alloc(0), PLACE, SCOPE)
  await expect(upgraded).rejects.toMatchObject({ code: 'not_found' })
})
