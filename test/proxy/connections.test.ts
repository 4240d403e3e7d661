import { describe, expect, it } from 'vitest'
import type { LiveExchange } from '../../src/proxy/connections.ts'
import { Connections } from '../../src/proxy/connections.ts'
import { ENDINGS } from '../../src/proxy/endings.ts'

const ADA = { key: 'user 1', isOwner: true }

function exchange(
  credentialId: string,
  server: string,
  log: string[],
  kind: LiveExchange['kind'] = 'http',
): LiveExchange {
  return {
    kind,
    credentialId,
    server,
    recheck: () => Promise.resolve('pass'),
    close: ({ code }) => log.push(`${credentialId} ${server} ${code}`),
  }
}

describe('Connections', () => {
  it('closes what belongs to a server or is of a kind, and nothing else', () => {
    const connections = new Connections()
    const log: string[] = []
    for (const [credential, server, kind] of [
      ['t1', 'ada/', 'http'],
      ['t1', 'ada/gpu', 'http'],
      ['t2', 'ada/', 'websocket'],
    ] as const) {
      connections.register(exchange(credential, server, log, kind), ADA)
    }
    expect(connections.size).toBe(3)
    expect(connections.countOfServer('ada/')).toBe(2)
    expect(connections.closeByServer('ada/gpu', ENDINGS.stopped)).toBe(1)
    expect(connections.closeAll('websocket', ENDINGS.revoked)).toBe(1)
    expect(connections.closeByServer('bob/', ENDINGS.stopped)).toBe(0)
    expect(log).toEqual(['t1 ada/gpu 1012', 't2 ada/ 1008'])
  })

  it('groups what is open by credential and server, unambiguously', () => {
    const connections = new Connections()
    for (const [credential, server] of [
      ['t1', 'ada/'],
      ['t1', 'ada/'],
      ['t1', 'ada/gpu'],
      ['t1 ada/', 'gpu'],
      ['t2', 'ada/'],
    ] as const) {
      connections.register(exchange(credential, server, []), ADA)
    }
    const groups = connections.byCredentialAndServer()
    expect(groups.map((group) => group.length)).toEqual([2, 1, 1, 1])
  })

  it('forgets what is over, also while it closes', () => {
    const connections = new Connections()
    const unregister = new Map<string, () => void>()
    for (const id of ['a', 'b', 'c']) {
      const one = { ...exchange(id, 'ada/', []), close: () => unregister.get(id)?.() }
      unregister.set(id, connections.register(one, ADA))
    }
    expect(connections.closeByServer('ada/', ENDINGS.stopped)).toBe(3)
    unregister.get('a')?.()
    expect(connections.size).toBe(0)
    expect(connections.countOfServer('ada/')).toBe(0)
    expect(connections.byCredentialAndServer()).toEqual([])
  })
})
