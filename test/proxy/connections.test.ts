import { describe, expect, it } from 'vitest'
import type { LiveExchange } from '../../src/proxy/connections.ts'
import { Connections } from '../../src/proxy/connections.ts'

function exchange(credentialId: string, server: string, log: string[]): LiveExchange {
  return {
    credentialId,
    server,
    close: (reason) => log.push(`${credentialId} ${server} ${reason}`),
  }
}

describe('Connections', () => {
  it('closes what belongs to a server or a credential, and nothing else', () => {
    const connections = new Connections()
    const log: string[] = []
    for (const [credential, server] of [
      ['t1', 'ada/'],
      ['t1', 'ada/gpu'],
      ['t2', 'ada/'],
    ] as const) {
      connections.register(exchange(credential, server, log))
    }
    expect(connections.size).toBe(3)
    expect(connections.credentials().sort()).toEqual(['t1', 't2'])
    expect(connections.countOfServer('ada/')).toBe(2)
    expect(connections.countOfCredential('t1')).toBe(2)
    expect(connections.closeByServer('ada/gpu', 'stopped')).toBe(1)
    expect(connections.closeByCredential('t2', 'revoked')).toBe(1)
    expect(connections.closeByCredentialAt('t1', 'ada/', 'unshared')).toBe(1)
    expect(connections.closeByServer('bob/', 'stopped')).toBe(0)
    expect(log).toEqual(['t1 ada/gpu stopped', 't2 ada/ revoked', 't1 ada/ unshared'])
  })

  it('forgets what is over, also while it closes', () => {
    const connections = new Connections()
    const unregister = new Map<string, () => void>()
    for (const id of ['a', 'b', 'c']) {
      const one = { credentialId: id, server: 'ada/', close: () => unregister.get(id)?.() }
      unregister.set(id, connections.register(one))
    }
    expect(connections.closeByServer('ada/', 'stopped')).toBe(3)
    unregister.get('a')?.()
    expect(connections.size).toBe(0)
    expect(connections.countOfServer('ada/')).toBe(0)
    expect(connections.credentials()).toEqual([])
  })
})
