import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, get } from 'node:http'
import { percentile, printMarkdown } from '../figures.ts'
import type { Access } from '../soak/hub.ts'
import { Hub } from '../soak/hub.ts'

const STARTS = 50

/** @returns milliseconds until the answer to a request of the server's is there */
async function timeRequest(hub: Hub, agent: Agent, { user, token }: Access): Promise<number> {
  const began = performance.now()
  const headers = { authorization: `token ${token}` }
  const request = get({ agent, port: hub.port, path: `/user/${user}/api/small`, headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  const took = performance.now() - began
  if (response.statusCode !== 200) throw new Error(`a new server answered ${response.statusCode}`)
  return took
}

/** From the API's answer that a server is ready until a request to it is answered, beside the next one. */
export async function benchAnswered(signal: AbortSignal, quick: boolean): Promise<void> {
  await using hub = await Hub.start({})
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const [first, next]: [number[], number[]] = [[], []]
  for (let n = 0; n < (quick ? 5 : STARTS); n++) {
    signal.throwIfAborted()
    const user = `starter-${n}`
    await hub.gateway.api('POST', `/users/${user}`)
    const access = await hub.access(user)
    // The visitor is known to the gateway by a request that finds no server.
    await timeRequest(hub, agent, access).catch(() => undefined)
    const { status } = await hub.gateway.api('POST', `/users/${user}/server`)
    if (status !== 201) await hub.ready(user)
    first.push(await timeRequest(hub, agent, access))
    next.push(await timeRequest(hub, agent, access))
    await hub.stopped(user)
  }
  agent.destroy()
  const row = (name: string, times: number[]): string[] => {
    const sorted = times.toSorted((a, b) => a - b)
    return [name, ...[0.5, 0.99].map((share) => percentile(sorted, share).toFixed(2))]
  }
  printMarkdown(
    `scale: a request right after the API said that its server is ready, ${first.length} starts`,
    ['request', 'median ms', 'p99 ms'],
    [row('the first, with a new connection to the server', first), row('the next', next)],
  )
}
