import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { PortPicker } from '../../src/spawn/ports.ts'

test('a port is free, and given to one only', async () => {
  const ports = new PortPicker({ now: () => 0 })
  const picked = await Promise.all(Array.from({ length: 50 }, () => ports.pick('127.0.0.1')))
  expect(new Set(picked).size).toBe(50)
  const server = createServer().listen(picked[0], '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  expect(server.listening).toBe(true)
})

test.each(['', '0.0.0.0', '127.0.0.1'])('on the address %j', async (ip) => {
  const ports = new PortPicker({ now: () => 0 })
  expect(await ports.pick(ip)).toBeGreaterThan(0)
})

test('says so when the address is not of this machine', async () => {
  const ports = new PortPicker({ now: () => 0 })
  await expect(ports.pick('192.0.2.1')).rejects.toMatchObject({
    code: 'spawn_failed',
    message: expect.stringContaining('192.0.2.1 (EADDRNOTAVAIL)'),
  })
})
