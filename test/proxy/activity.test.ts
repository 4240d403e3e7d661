import { KernelMessage } from '@jupyterlab/services'
import { serialize } from '@jupyterlab/services/lib/kernel/serialize.js'
import { describe, expect, it } from 'vitest'
import { isActivity, UseMeter } from '../../src/proxy/activity.ts'
import type { Endpoint } from '../../src/proxy/frame-noise.ts'
import { endpointFor } from '../../src/proxy/frame-noise.ts'
import { FrameTracker } from '../../src/proxy/frame-tracker.ts'
import { FakeClock } from '../support/hub.ts'
import { encodeFrame } from './frames.ts'

describe('isActivity', () => {
  it.each([
    ['GET', 'lab'],
    ['GET', 'api/contents/a.ipynb/checkpoints'],
    ['GET', 'api/kernels-of-mine'],
    ['GET', 'proxy/8080/'],
    ['GET', 'proxy/8080/api/status'],
    ['PUT', 'api/contents/a.ipynb'],
    ['PATCH', 'api/contents/a.ipynb'],
    ['POST', 'api/kernels'],
    ['POST', 'api/kernels/1/restart'],
    ['PUT', 'lab/api/settings/x'],
    ['DELETE', 'api/sessions/1'],
    ['GET', ''],
  ])('counts %s %s', (method, path) => {
    expect(isActivity(method, path)).toBe(true)
  })

  it.each([
    ['GET', 'api/status'],
    ['GET', 'api/status?1690000000'],
    ['HEAD', 'api/status'],
    ['GET', 'api/kernels'],
    ['GET', 'api/kernels?1'],
    ['GET', 'api/kernels/1?1690000000'],
    ['GET', 'api/kernelspecs?1690000000'],
    ['GET', 'api/sessions'],
    ['GET', 'api/terminals'],
    ['GET', 'api/me?1690000000'],
    ['GET', 'api/metrics/v1'],
    ['GET', 'api/contents?content=1&hash=0'],
    ['GET', 'api/contents/course?content=1'],
    ['GET', 'api/contents/course/a.ipynb?content=0&hash=0&1690000000'],
    ['OPTIONS', 'lab'],
  ])('does not count %s %s', (method, path) => {
    expect(isActivity(method, path)).toBe(false)
  })
})

const V1 = 'v1.kernel.websocket.jupyter.org'
const CHANNELS = 'api/kernels/0c9f0e0c/channels?session_id=1'

describe('a WebSocket’s endpoint', () => {
  it.each<[string, string | undefined, Endpoint]>([
    [CHANNELS, V1, 'kernel-v1'],
    [CHANNELS, undefined, 'kernel'],
    ['terminals/websocket/1', undefined, 'terminal'],
    ['api/collaboration/room/json:notebook:1?sessionId=2', undefined, 'room'],
    ['api/events/subscribe', undefined, 'other'],
    ['proxy/8080/api/kernels/1/channels', V1, 'other'],
  ])('%s with %s is %s', (path, protocol, endpoint) => {
    expect(endpointFor(path, protocol)).toBe(endpoint)
  })
})

const MASK = Buffer.from([1, 2, 3, 4])

/** A frame of a client, RFC 6455 §5.2. */
function frame(opcode: number, payload: Buffer | string = '', fin = true): Buffer {
  return encodeFrame({ fin, opcode, mask: MASK, payload: Buffer.from(payload) })
}

interface Metered {
  clock: FakeClock
  touches: () => number
  send: (chunk: Buffer) => void
}

function metered(endpoint: Endpoint): Metered {
  const clock = new FakeClock()
  const frames = new FrameTracker()
  let touches = 0
  const meter = new UseMeter(endpoint, clock, () => {
    touches += 1
  })
  return {
    clock,
    touches: () => touches,
    send(chunk) {
      const starts: number[] = []
      const wasInData = frames.inData
      const hasData = frames.take(chunk, starts)
      if (meter.isDue && hasData) meter.take(chunk, starts, wasInData)
    },
  }
}

/** Whether it counts, alone and behind a pong. */
function counts(endpoint: Endpoint, chunk: Buffer): boolean {
  const [alone, behind] = [metered(endpoint), metered(endpoint)]
  alone.send(chunk)
  behind.send(Buffer.concat([frame(0xa, 'pong'), chunk, frame(0x9)]))
  expect(behind.touches()).toBe(alone.touches())
  return alone.touches() > 0
}

/** A message as JupyterLab sends it. */
function kernelMessage(
  msgType: 'kernel_info_request' | 'execute_request',
  protocol: string,
): Buffer {
  const options = { channel: 'shell' as const, session: 'a-session', username: 'ada' }
  const message =
    msgType === 'kernel_info_request'
      ? KernelMessage.createMessage({ ...options, msgType, content: {} })
      : KernelMessage.createMessage({ ...options, msgType, content: { code: '6*7' } })
  const bytes = serialize(message, protocol)
  return typeof bytes === 'string' ? frame(0x1, bytes) : frame(0x2, Buffer.from(bytes))
}

describe('what a client sends', () => {
  it('is noise when it is a ping, a pong or a Close frame', () => {
    const { touches, send } = metered('other')
    send(frame(0xa))
    send(Buffer.concat([frame(0x9, 'five!'), frame(0xa, Buffer.alloc(125)), frame(0x8, 'ab')]))
    for (const byte of frame(0x9, 'in bytes')) send(Buffer.of(byte))
    expect(touches()).toBe(0)
  })

  it('is noted when it is data, at most every 5 s', () => {
    const { clock, touches, send } = metered('other')
    send(frame(0x1, 'abc'))
    send(frame(0x1, 'abc'))
    clock.advance(4_999)
    send(frame(0x1, 'abc'))
    expect(touches()).toBe(1)
    clock.advance(1)
    send(frame(0x1, 'abc'))
    expect(touches()).toBe(2)
  })

  it('is noted again when a long message goes on', () => {
    const { clock, touches, send } = metered('other')
    const long = frame(0x2, Buffer.alloc(1_000))
    send(long.subarray(0, 500))
    clock.advance(5_000)
    send(long.subarray(500))
    expect(touches()).toBe(2)
  })

  it.each<[string, Endpoint]>([
    ['', 'kernel'],
    [V1, 'kernel-v1'],
  ])(
    'to a kernel in protocol "%s" counts, but not what a page asks when it connects',
    (protocol, endpoint) => {
      expect(counts(endpoint, kernelMessage('kernel_info_request', protocol))).toBe(false)
      expect(counts(endpoint, kernelMessage('execute_request', protocol))).toBe(true)
      const both = [
        kernelMessage('kernel_info_request', protocol),
        kernelMessage('execute_request', protocol),
      ]
      expect(counts(endpoint, Buffer.concat(both))).toBe(true)
    },
  )

  it('to a terminal counts, but not how large it is', () => {
    expect(counts('terminal', frame(0x1, '["stdin","ls\\r"]'))).toBe(true)
    expect(counts('terminal', frame(0x1, '["set_size",24,80,480,640]'))).toBe(false)
  })

  it('to a shared document counts when it changes it', () => {
    expect(counts('room', frame(0x2, Buffer.from([0, 2, 1, 2])))).toBe(true)
    expect(counts('room', frame(0x2, Buffer.from([0, 0, 1, 0])))).toBe(false)
    expect(counts('room', frame(0x2, Buffer.from([1, 5, 1, 2])))).toBe(false)
  })

  it.each<[string, Buffer]>([
    ['a compressed message', frame(0x1 | 0x40, 'x')],
    ['a fragment', frame(0x1, '{"header":', false)],
    ['a continuation', frame(0x0, '{}')],
    ['no JSON', frame(0x1, '{"header":')],
    ['JSON of another kind', frame(0x1, '[null]')],
    ['no object', frame(0x1, 'null')],
    ['an empty message', frame(0x1)],
    ['a long message', frame(0x1, JSON.stringify({ header: {}, x: 'x'.repeat(5_000) }))],
    ['a header alone', frame(0x1, 'abc').subarray(0, 2)],
    ['offsets that lead nowhere', frame(0x2, Buffer.alloc(100, 0xff))],
    ['offsets in the wrong order', frame(0x2, offsets(9, 80, 70))],
  ])('counts when it cannot be read: %s', (_, chunk) => {
    for (const endpoint of ['kernel', 'kernel-v1', 'terminal'] as const) {
      const { touches, send } = metered(endpoint)
      send(chunk)
      expect(touches()).toBe(1)
    }
  })
})

function offsets(count: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(100)
  bytes.writeBigUInt64LE(BigInt(count), 0)
  bytes.writeBigUInt64LE(BigInt(from), 16)
  bytes.writeBigUInt64LE(BigInt(to), 24)
  return bytes
}
