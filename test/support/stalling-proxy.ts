import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** A proxy whose connections can go dead without a word, as behind a router that lost its power. */
export interface StallingProxy extends AsyncDisposable {
  readonly port: number
  /**
   * Connections in which the client has said the text pass nothing on from now on, or no answers.
   * @returns how many those are
   */
  stall(text: string, what?: 'everything' | 'answers'): number
}

interface Pair {
  client: Socket
  server: Socket
  said: string
}

/** @param target the port on this machine that is behind it */
export async function startStallingProxy(target: number): Promise<StallingProxy> {
  const pairs = new Set<Pair>()
  const listener = createServer((client) => {
    const pair: Pair = { client, server: connect(target, '127.0.0.1'), said: '' }
    pairs.add(pair)
    client.on('data', (data) => {
      pair.said += data.toString('latin1')
      pair.server.write(data)
    })
    pair.server.on('data', (data) => client.write(data))
    for (const socket of [client, pair.server]) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        client.destroy()
        pair.server.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    stall: (text, what = 'everything') => {
      const chosen = [...pairs].filter((pair) => pair.said.includes(text))
      for (const { client, server } of chosen) {
        if (what === 'everything') client.removeAllListeners('data').pause()
        server.removeAllListeners('data').pause()
      }
      return chosen.length
    },
    [Symbol.asyncDispose]: async () => {
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
      listener.close()
      await once(listener, 'close')
    },
  }
}
