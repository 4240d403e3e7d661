import type { Worker } from 'node:cluster'

/**
 * Closes the connection that was on its way to a worker when it died. node:cluster hands them over
 * one at a time and closes its own copy when the worker has confirmed it; when that never comes, the
 * client would wait for ever.
 */
export function closeStranded(worker: Worker): void {
  const { process: child } = worker
  const send = child.send.bind(child) as (...args: unknown[]) => boolean
  let latest: unknown
  child.send = (...args: unknown[]) => {
    if (args[1] !== undefined && args[1] !== null) latest = args[1]
    return send(...args)
  }
  worker.once('exit', () => {
    // Closing one that was confirmed does nothing.
    if (hasClose(latest)) latest.close()
  })
}

function hasClose(handle: unknown): handle is { close(): void } {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'close' in handle &&
    typeof handle.close === 'function'
  )
}
