import type { Worker } from 'node:cluster'

interface Handle {
  close(): void
}

/**
 * Closes connections that do not reach the worker, whose clients would wait for ever. node:cluster
 * hands them over one at a time, and closes its own copy and goes on when the worker has confirmed
 * one. That never comes when the worker dies, nor when it has no file descriptor left: then only its
 * channel says so, and node:cluster would deal nothing more to that worker.
 */
export function closeStranded(worker: Worker): void {
  const { process: child } = worker
  const send = child.send.bind(child) as (...args: unknown[]) => boolean
  let latest: { handle: Handle; seq: unknown } | undefined
  child.send = (...args: unknown[]) => {
    const [message, handle] = args
    // Messages without a handle have their callback there.
    if (isHandle(handle)) latest = { handle, seq: Reflect.get(Object(message), 'seq') }
    return send(...args)
  }
  // Before node:cluster hears of it, which sends the next one at once.
  child.prependListener('internalMessage', (message: object) => {
    if ('accepted' in message) latest = undefined
  })
  child.on('internalMessage', (message: { cmd?: unknown }) => {
    if (message.cmd !== 'NODE_HANDLE_NACK' || latest === undefined) return
    // As if the worker had it: node:cluster closes its copy and goes on.
    child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: latest.seq, accepted: true })
  })
  worker.once('exit', () => latest?.handle.close())
}

function isHandle(value: unknown): value is Handle {
  return (
    typeof value === 'object' &&
    value !== null &&
    'close' in value &&
    typeof value.close === 'function'
  )
}
