// Sends the requests, in a process of its own: what that costs is not the measured hub's.
import type { Received } from './http-client.ts'
import { Connection } from './http-client.ts'
import type { Call, Facts } from './operations.ts'
import { OPERATIONS } from './operations.ts'

/** What is to be sent. */
export interface LoadOrder {
  port: number
  operation: string
  facts: Facts
  /** Each has one request under way. */
  connections: number
  /** Milliseconds after which no request is begun any more; each connection sends one at least. */
  forMs: number
  /** The number of the first request. */
  from: number
}

export interface LoadResult {
  /** Until the last answer, in milliseconds. */
  elapsedMs: number
  /** Of each request, in milliseconds. */
  latencies: Float64Array
}

function textOf(port: number, { method, path, token, body }: Call): string {
  const json = body === undefined ? '' : JSON.stringify(body)
  return (
    `${method} /hub/api${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: token ${token}\r\n` +
    (method === 'GET'
      ? '\r\n'
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`)
  )
}

function check(call: Call, wanted: number, { status, body }: Received): void {
  if (status === wanted && body.includes(call.contains)) return
  const text = body.toString('utf8', 0, 500)
  throw new Error(`${call.method} ${call.path} answered ${status} ${text}`)
}

async function carryOut(order: LoadOrder): Promise<LoadResult> {
  const { port, facts, connections, forMs, from } = order
  const operation = OPERATIONS[order.operation]
  if (operation === undefined) throw new Error(`there is no operation ${order.operation}`)
  const open = Array.from({ length: connections }, () => new Connection(port))
  const latencies: number[] = []
  let next = from
  const begin = performance.now()
  const work = async (connection: Connection): Promise<void> => {
    do {
      const call = operation.call(next++, facts)
      const sent = performance.now()
      check(call, operation.status, await connection.send(textOf(port, call)))
      latencies.push(performance.now() - sent)
    } while (performance.now() - begin < forMs)
  }
  try {
    await Promise.all(open.map(work))
    return { elapsedMs: performance.now() - begin, latencies: Float64Array.from(latencies) }
  } finally {
    for (const connection of open) connection.close()
  }
}

process.on('message', (order: LoadOrder) => {
  void carryOut(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: `${order.operation}: ${String(error)}` }),
  )
})
