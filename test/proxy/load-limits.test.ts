import { describe, expect, it } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import type { LiveExchange } from '../../src/proxy/connections.ts'
import { Connections } from '../../src/proxy/connections.ts'
import type { LoadLimits, Visitor } from '../../src/proxy/load-limits.ts'
import { NO_LIMITS } from '../../src/proxy/load-limits.ts'

const ADA: Visitor = { key: 'user 1', isOwner: true }
const BOB: Visitor = { key: 'user 2', isOwner: false }
const EVE: Visitor = { key: 'user 3', isOwner: false }

const KINDS = ['http', 'websocket'] as const
const NAMES = {
  http: ['requests_per_user', 'requests_per_server'],
  websocket: ['websockets_per_user', 'websockets_per_server'],
} as const

const exchange = (kind: LiveExchange['kind'], server = 'ada/'): LiveExchange => ({
  kind,
  credentialId: 't1',
  server,
  recheck: () => Promise.resolve('pass'),
  close: () => undefined,
})

/** Registers what may be registered, and says the limit's name when it may not. */
function opened(limits: Partial<LoadLimits>) {
  const connections = new Connections(() => ({ ...NO_LIMITS, ...limits }))
  const open = (kind: LiveExchange['kind'], visitor: Visitor, server?: string) => {
    try {
      return connections.register(exchange(kind, server), visitor)
    } catch (error) {
      if (!(error instanceof HubgateError)) throw error
      expect(error.code).toBe('too_many_requests')
      expect(error.headers['Retry-After']).toMatch(/^\d+$/)
      return error.detail['limit']
    }
  }
  return { connections, open }
}

const call = (release: unknown): void => {
  if (typeof release === 'function') release()
}

describe.each(KINDS)('limits of what is under way: %s', (kind) => {
  const [perUser, perServer] = NAMES[kind]

  it('are of a visitor on all servers together, until something is over', () => {
    const { connections, open } = opened({ [perUser]: 2 })
    const first = open(kind, ADA)
    open(kind, BOB, 'bob/')
    open(kind, ADA, 'bob/')
    expect(open(kind, ADA)).toBe(perUser)
    expect(open(kind, ADA, 'eve/')).toBe(perUser)
    call(first)
    call(first)
    expect(open(kind, ADA)).toBeTypeOf('function')
    expect(open(kind, ADA)).toBe(perUser)
    expect(connections.countOf(kind)).toBe(3)
  })

  it('are of a server, whoever visits it, until something is over', () => {
    const { open } = opened({ [perServer]: 2 })
    const first = open(kind, ADA)
    open(kind, BOB)
    expect(open(kind, ADA)).toBe(perServer)
    expect(open(kind, EVE)).toBe(perServer)
    expect(open(kind, ADA, 'ada/gpu')).toBeTypeOf('function')
    call(first)
    expect(open(kind, EVE)).toBe(perServer)
    expect(open(kind, ADA)).toBeTypeOf('function')
  })

  it('leave half of a server to its owner', () => {
    const { open } = opened({ [perServer]: 4 })
    open(kind, BOB)
    const second = open(kind, EVE)
    expect(open(kind, BOB)).toBe(perServer)
    expect(open(kind, EVE)).toBe(perServer)
    open(kind, ADA)
    open(kind, ADA)
    expect(open(kind, ADA)).toBe(perServer)
    call(second)
    expect(open(kind, BOB)).toBeTypeOf('function')
  })

  it('say nothing of the other kind', () => {
    const other = kind === 'http' ? 'websocket' : 'http'
    const { open } = opened({ [perUser]: 1, [perServer]: 1 })
    open(kind, ADA)
    expect(open(other, ADA)).toBeTypeOf('function')
    expect(open(other, ADA)).toBeTypeOf('function')
  })

  it('are none where they are 0', () => {
    const { connections, open } = opened({})
    for (let i = 0; i < 2_000; i++) open(kind, i % 2 === 0 ? ADA : BOB)
    expect(connections.size).toBe(2_000)
  })
})

it('leaves nothing behind of what was refused or is over', () => {
  const { connections, open } = opened({ requests_per_user: 1 })
  const releases = [open('http', ADA), open('websocket', BOB), open('websocket', ADA, 'bob/')]
  expect(open('http', ADA, 'eve/')).toBe('requests_per_user')
  for (const release of releases) call(release)
  expect(connections.size).toBe(0)
  expect(connections.countOfServer('ada/')).toBe(0)
  expect(connections.countOfServer('eve/')).toBe(0)
  expect(connections.byCredentialAndServer()).toEqual([])
})
