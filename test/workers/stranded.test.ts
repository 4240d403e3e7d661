import type { Worker } from 'node:cluster'
import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import { closeStranded } from '../../src/workers/stranded.ts'

/** A worker as far as node:cluster's way with connections goes. */
function openWorker() {
  const child = Object.assign(new EventEmitter(), { send: (): boolean => true })
  const worker = Object.assign(new EventEmitter(), { process: child })
  closeStranded(worker as unknown as Worker)
  const send = child.send as (...args: unknown[]) => boolean
  let seq = 0
  const confirmed: unknown[] = []
  child.on('internalMessage', (message: object) => {
    if ('accepted' in message) confirmed.push(message)
  })
  return {
    confirmed,
    deal: (handle: unknown) => send({ cmd: 'NODE_CLUSTER', act: 'newconn', seq: ++seq }, handle),
    lose: () => child.emit('internalMessage', { cmd: 'NODE_HANDLE_NACK' }),
    tell: () => send({ kind: 'collect', id: 1 }, () => undefined),
    answer: (accepted: boolean) => child.emit('internalMessage', { ack: 1, accepted }),
    exit: () => worker.emit('exit', null, 'SIGKILL'),
  }
}

const openHandle = () => ({ close: vi.fn() })

it('closes the connection that the worker had not confirmed', () => {
  const worker = openWorker()
  const [confirmed, latest] = [openHandle(), openHandle()]
  worker.deal(confirmed)
  worker.answer(true)
  worker.deal(latest)
  worker.exit()
  expect(latest.close).toHaveBeenCalledOnce()
  expect(confirmed.close).not.toHaveBeenCalled()
})

it('remembers it when the worker is told something else meanwhile', () => {
  const worker = openWorker()
  const handle = openHandle()
  worker.deal(handle)
  worker.tell()
  worker.exit()
  expect(handle.close).toHaveBeenCalledOnce()
})

it('leaves alone what the worker gave back: it is for another one', () => {
  const worker = openWorker()
  const handle = openHandle()
  worker.deal(handle)
  worker.answer(false)
  worker.exit()
  expect(handle.close).not.toHaveBeenCalled()
})

it('gives up a connection that did not arrive, so that the worker is dealt the next one', () => {
  const worker = openWorker()
  for (const seq of [1, 2]) {
    worker.deal(openHandle())
    worker.lose()
    expect(worker.confirmed).toHaveLength(seq)
    expect(worker.confirmed.at(-1)).toEqual({ cmd: 'NODE_CLUSTER', ack: seq, accepted: true })
  }
  worker.lose()
  expect(worker.confirmed).toHaveLength(2)
})
