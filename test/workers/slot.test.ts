import type { Worker } from 'node:cluster'
import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import { WorkerSlot } from '../../src/workers/slot.ts'

/** A worker that runs; it is told nothing. */
function openWorker() {
  const child = Object.assign(new EventEmitter(), { pid: 1, stdio: [], send: () => true })
  return Object.assign(new EventEmitter(), { process: child, isConnected: () => false })
}

/** What node:cluster makes when there are no file descriptors left: no channel, no process. */
function openFailed() {
  const child = Object.assign(new EventEmitter(), { pid: undefined, stdio: undefined })
  return Object.assign(new EventEmitter(), { process: child, isConnected: () => false })
}

function openSlot(fork: () => EventEmitter) {
  vi.spyOn(cluster, 'fork').mockImplementation(() => fork() as Worker)
  return new WorkerSlot({
    number: 1,
    log: openLog('silent'),
    task: () => ({ kind: 'end' }),
    onLink: undefined,
    onMessage: () => undefined,
    onChange: () => undefined,
  })
}

it('says how the first worker ended, and starts no other', async () => {
  const worker = openWorker()
  const slot = openSlot(() => worker)
  const started = slot.start()
  worker.emit('exit', null, 'SIGKILL')
  await expect(started).rejects.toThrow('Worker 1 ended (SIGKILL) before it could serve.')
  expect(slot.failures).toBe(1)
  await delay(5)
  expect(cluster.fork).toHaveBeenCalledOnce()
  await slot.close()
})

it('fails to start with what the worker says of it', async () => {
  const worker = openWorker()
  const slot = openSlot(() => worker)
  const started = slot.start()
  worker.emit('message', { kind: 'failed', message: 'The port is taken.' })
  worker.emit('exit', 1, null)
  await expect(started).rejects.toThrow('The port is taken.')
  await slot.close()
})

it.each<[string, (failed: EventEmitter) => EventEmitter]>([
  [
    'at once',
    () => {
      throw new Error('spawn ENOMEM')
    },
  ],
  [
    'a moment later',
    (failed) => {
      setImmediate(() => failed.emit('error', new Error('spawn EMFILE')))
      return failed
    },
  ],
])('tries again when the system has no room for a process, and says so %s', async (_, fail) => {
  const first = openWorker()
  const last = openWorker()
  const turns = [() => first, () => fail(openFailed()), () => last]
  const slot = openSlot(() => turns.shift()?.() ?? openWorker())
  const started = slot.start()
  first.emit('message', { kind: 'ready', url: 'http://a' })
  expect(await started).toBe('http://a')
  first.emit('exit', 1, null)
  await vi.waitFor(() => expect(turns).toHaveLength(0), 10_000)
  expect(slot.failures).toBe(2)
  last.emit('message', { kind: 'ready', url: 'http://a' })
  expect(slot.isReady).toBe(true)
  const closed = slot.close()
  last.emit('exit', 0, null)
  await closed
})
