import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Silence } from '../../src/proxy/heartbeat.ts'
import { Heartbeat } from '../../src/proxy/heartbeat.ts'
import type { ProxyTimeouts } from '../../src/proxy/passage.ts'
import { PING } from '../../src/proxy/ping-frame.ts'
import { Side } from '../../src/proxy/tunnel-side.ts'
import { encodeFrame } from './frames.ts'

const PING_MS = 30_000
const IDLE_MS = 600_000
/** A deadline fires two periods late at most; a period is a second. */
const LATE_MS = 2_000

interface FakeSocket {
  writable: boolean
  writableLength: number
  written: Buffer[]
  write: (bytes: Buffer) => boolean
}

function fakeSide(): [Side, FakeSocket] {
  const written: Buffer[] = []
  const socket: FakeSocket = {
    writable: true,
    writableLength: 0,
    written,
    write: (bytes) => written.push(bytes) > 0,
  }
  return [new Side(socket as unknown as Socket), socket]
}

function open(change: Partial<ProxyTimeouts> = {}) {
  const timeouts: ProxyTimeouts = {
    connectMs: 1,
    firstByteMs: 1,
    idleMs: 1,
    webSocketIdleMs: 0,
    webSocketPingMs: PING_MS,
    ...change,
  }
  const [client, clientSocket] = fakeSide()
  const [server, serverSocket] = fakeSide()
  const silences: Silence[] = []
  const heartbeat = new Heartbeat(client, server, timeouts, (silence) => silences.push(silence))
  return { client, server, clientSocket, serverSocket, silences, heartbeat }
}

const text = (opcode: number, fin = true): Buffer =>
  encodeFrame({ fin, opcode, payload: Buffer.from('text') })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a side of a WebSocket that is silent', () => {
  it('is sent a ping, and given up when it stays silent', () => {
    const { clientSocket, serverSocket, silences, server, heartbeat } = open()
    vi.advanceTimersByTime(PING_MS)
    expect(clientSocket.written).toEqual([])
    vi.advanceTimersByTime(LATE_MS)
    expect(clientSocket.written).toEqual([PING])
    expect(serverSocket.written.map((bytes) => bytes.length)).toEqual([PING.length + 4])
    heartbeat.heard(server)
    vi.advanceTimersByTime(PING_MS + LATE_MS)
    expect(silences).toEqual(['client'])
    expect(clientSocket.written).toHaveLength(1)
  })

  it('is asked again and again while it answers', () => {
    const { client, server, clientSocket, silences, heartbeat } = open()
    for (let i = 1; i <= 5; i++) {
      vi.advanceTimersByTime(PING_MS + LATE_MS)
      expect(clientSocket.written).toHaveLength(i)
      heartbeat.heard(client)
      heartbeat.heard(server)
    }
    expect(silences).toEqual([])
  })

  it('is not asked while it is heard', () => {
    const { client, server, clientSocket, serverSocket, heartbeat } = open()
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(PING_MS - LATE_MS)
      heartbeat.heard(client)
      heartbeat.heard(server)
    }
    expect([...clientSocket.written, ...serverSocket.written]).toEqual([])
  })

  it('is not asked in the middle of a frame to it, but between fragments', () => {
    const { server, clientSocket, silences, client, heartbeat } = open()
    server.frames.take(text(0x1, false).subarray(0, 4))
    vi.advanceTimersByTime(PING_MS + LATE_MS)
    heartbeat.heard(server)
    vi.advanceTimersByTime(PING_MS + LATE_MS)
    expect(clientSocket.written).toEqual([])
    heartbeat.heard(server)
    server.frames.take(text(0x1, false).subarray(4))
    vi.advanceTimersByTime(PING_MS + LATE_MS)
    expect(clientSocket.written).toEqual([PING])
    expect(client.awaitsPong).toBe(true)
    expect(silences).toEqual([])
  })

  it('that takes nothing of what is held back for it is given up in the middle of a frame', () => {
    const { server, clientSocket, silences, heartbeat } = open()
    server.frames.take(text(0x2).subarray(0, 4))
    clientSocket.writableLength = 1
    vi.advanceTimersByTime(PING_MS + LATE_MS)
    heartbeat.heard(server)
    vi.advanceTimersByTime(PING_MS + LATE_MS)
    expect(silences).toEqual(['client'])
    expect(clientSocket.written).toEqual([])
  })

  it('because it is not read from is not asked', () => {
    const { client, server, serverSocket, silences, heartbeat } = open()
    server.isPaused = true
    for (let i = 0; i < 4; i++) {
      vi.advanceTimersByTime(PING_MS - LATE_MS)
      heartbeat.heard(client)
    }
    expect(serverSocket.written).toEqual([])
    expect(silences).toEqual([])
  })

  it('behind a Close frame is not asked, but not waited for either', () => {
    const { client, clientSocket, serverSocket, silences } = open()
    client.frames.take(encodeFrame({ fin: true, opcode: 0x8, payload: Buffer.alloc(0) }))
    vi.advanceTimersByTime(2 * (PING_MS + LATE_MS))
    expect([...clientSocket.written, ...serverSocket.written]).toEqual([])
    expect(silences).toContain('both')
  })

  it('is nobody’s business when nothing is set, or any more', () => {
    const off = open({ webSocketPingMs: 0 })
    const stopped = open()
    stopped.heartbeat.stop()
    vi.advanceTimersByTime(10 * PING_MS)
    expect([...off.clientSocket.written, ...stopped.clientSocket.written]).toEqual([])
    expect([...off.silences, ...stopped.silences]).toEqual([])
  })
})

describe('a WebSocket without data', () => {
  it('is idle, whatever pings go over it', () => {
    const { client, server, silences, heartbeat } = open({ webSocketIdleMs: IDLE_MS })
    for (let time = 0; time < IDLE_MS + LATE_MS; time += 10_000) {
      expect(silences).toEqual([])
      heartbeat.heard(client)
      heartbeat.heard(server)
      vi.advanceTimersByTime(10_000)
    }
    expect(silences).toEqual(['idle'])
  })

  it('is not while there is data', () => {
    const { silences, heartbeat } = open({ webSocketPingMs: 0, webSocketIdleMs: IDLE_MS })
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(IDLE_MS - LATE_MS)
      heartbeat.used()
    }
    expect(silences).toEqual([])
  })
})
