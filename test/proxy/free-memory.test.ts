// Freed memory must never be memory that somebody still reads: what is sent is checked byte for byte.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { freeableCopy, freeMemory, writeAndFree } from '../../src/proxy/upstream/free-memory.ts'
import { rawUpstream } from './raw-connection.ts'

/** Longest wait for what comes at once unless the machine is busy. */
const SOON = { timeout: 25_000 }

const digest = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex')

/** A piece of this size with a content of its own. */
function piece(size: number, seed: number): Buffer {
  return freeableCopy(Buffer.alloc(size, `${seed} `))
}

async function joined() {
  const upstream = await rawUpstream()
  const socket = connect(Number(new URL(upstream.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return { socket, reader: await upstream.connection(0) }
}

it.each([0, 1, 64, 1_023, 1_024, 16_384, 65_536, 300_000])(
  'a copy of %i bytes is the same, and freeing it frees nothing else',
  (size) => {
    const original = Buffer.alloc(size, 'abc')
    const copy = freeableCopy(original)
    expect(copy.equals(original)).toBe(true)
    const neighbour = Buffer.from('neighbour')
    freeMemory(copy)
    expect(copy.length).toBe(size < 1_024 ? size : 0)
    expect(original.equals(Buffer.alloc(size, 'abc'))).toBe(true)
    expect(neighbour.toString()).toBe('neighbour')
  },
)

it('a part of some memory is not freed', () => {
  const whole = Buffer.allocUnsafeSlow(8_192).fill('x')
  freeMemory(whole.subarray(1))
  freeMemory(whole.subarray(0, 8_191))
  expect(whole.length).toBe(8_192)
  const pooled = Buffer.from('y'.repeat(2_000))
  freeMemory(pooled)
  expect(pooled.length).toBe(2_000)
})

it('what is written is freed, and comes whole', async () => {
  const { socket, reader } = await joined()
  const bytes = piece(16_384, 7)
  const sum = digest(bytes)
  expect(writeAndFree(socket, bytes)).toBe(true)
  await expect.poll(() => bytes.length, SOON).toBe(0)
  await expect.poll(() => reader.text.length, SOON).toBe(16_384)
  expect(digest(Buffer.from(reader.text, 'latin1'))).toBe(sum)
})

it('what a slow reader has not taken is not freed, and comes whole', async () => {
  const { socket, reader } = await joined()
  reader.socket.pause()
  const sizes = [16_384, 500, 65_536, 200_000, 1_024]
  const hash = createHash('sha1')
  const pieces: Buffer[] = []
  let hasRoom = true
  let total = 0
  for (let i = 0; hasRoom; i++) {
    const bytes = piece(sizes[i % sizes.length] ?? 0, i)
    hash.update(bytes)
    total += bytes.length
    pieces.push(bytes)
    hasRoom = writeAndFree(socket, bytes)
  }
  await delay(50)
  expect(pieces.at(-1)?.length).toBeGreaterThan(0)
  // What is allocated now would be put where something was freed too early.
  for (let i = 0; i < 50; i++) Buffer.allocUnsafeSlow(200_000).fill('!')
  reader.socket.resume()
  await expect.poll(() => reader.text.length, SOON).toBe(total)
  expect(digest(Buffer.from(reader.text, 'latin1'))).toBe(hash.digest('hex'))
  await expect.poll(() => pieces.every(({ length }) => length < 1_024), SOON).toBe(true)
})

it('what is still to be written when the socket is destroyed is left alone', async () => {
  const { socket, reader } = await joined()
  reader.socket.pause()
  let last = piece(200_000, 1)
  while (writeAndFree(socket, last)) last = piece(200_000, 1)
  socket.destroy()
  await once(socket, 'close')
  expect(last.length).toBe(200_000)
})
