import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../../src/base/hash.ts'
import { principalOfToken } from '../../../../src/hub/identity/identity.ts'
import { keys } from '../../../../src/hub/keys.ts'
import type { ServiceRun } from '../../../../src/hub/services/managed/service-runs.ts'
import {
  beginRun,
  endRunOf,
  noteProcess,
  storedRuns,
} from '../../../../src/hub/services/managed/service-runs.ts'
import { serviceSecretDigests } from '../../../../src/hub/services/service-secrets.ts'
import { findService, processOf } from '../../../../src/hub/services/services.ts'
import type { Service } from '../../../../src/model/service.ts'
import type { Lease } from '../../../../src/store/port.ts'
import type { TestHub } from '../../../support/hub.ts'
import { openTestHub } from '../../../support/hub.ts'

const SECRET = 'configured-secret-0123456789'
const CONFIG = {
  services: [
    { name: 'beat', command: ['beat'] },
    { name: 'kept', command: ['kept'], api_token: SECRET },
  ],
}

async function leaseOf(hub: TestHub, holder = 'one'): Promise<Lease> {
  const lease = await hub.store.acquireLease('service/beat', holder, 1000)
  if (lease === undefined) throw new Error('no lease')
  return lease
}

async function begin(hub: TestHub): Promise<ServiceRun> {
  return beginRun(hub, 'beat', await leaseOf(hub), undefined)
}

const service = async (hub: TestHub, name: string): Promise<Service> => {
  const found = await findService(hub, name)
  if (found === undefined) throw new Error(`no service ${name}`)
  return found
}

const secrets = async (hub: TestHub, name: string): Promise<string[]> =>
  serviceSecretDigests(hub.cache, hub.snapshot().config, await service(hub, name))

describe('a run', () => {
  it('has a token of its own, which is the service and its OAuth secret, until it ends', async () => {
    const hub = await openTestHub({ config: CONFIG })
    const run = await begin(hub)

    expect(await principalOfToken(hub, run.token)).toMatchObject({ kind: 'service', name: 'beat' })
    expect(await secrets(hub, 'beat')).toEqual([sha256(run.token)])
    expect(JSON.stringify(await hub.store.list([]))).not.toContain(run.token)

    await endRunOf(hub, run.record)

    expect(await principalOfToken(hub, run.token)).toBeUndefined()
    expect(await secrets(hub, 'beat')).toEqual([])
    expect(await hub.store.list([])).toEqual([])
  })

  it('ends the token of the one before', async () => {
    const hub = await openTestHub({ config: CONFIG })
    const first = await begin(hub)
    const second = await begin(hub)

    expect(await principalOfToken(hub, first.token)).toBeUndefined()
    expect(await principalOfToken(hub, second.token)).toBeDefined()
    expect(await secrets(hub, 'beat')).toEqual([sha256(second.token)])
    expect(await hub.store.count(keys.tokensOf('service', 'beat'))).toBe(1)
  })

  it('with a configured token gets that one, and none is made', async () => {
    const hub = await openTestHub({ config: CONFIG })
    const run = await beginRun(hub, 'kept', await leaseOf(hub), SECRET)

    expect(run).toMatchObject({ token: SECRET, record: { token: null } })
    expect(await hub.store.count(keys.tokensOfAll())).toBe(0)
    expect(await secrets(hub, 'kept')).toEqual([sha256(SECRET)])
    expect(JSON.stringify(await hub.store.list([]))).not.toContain(SECRET)
  })

  it('begins once when two begin it at a time', async () => {
    const hub = await openTestHub({ config: CONFIG })
    const lease = await leaseOf(hub)
    const both = await Promise.allSettled([
      beginRun(hub, 'beat', lease, undefined),
      beginRun(hub, 'beat', lease, undefined),
    ])

    const begun = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const alive = await Promise.all(begun.map(({ token }) => principalOfToken(hub, token)))
    expect(alive.filter((one) => one !== undefined)).toHaveLength(1)
    expect(await storedRuns(hub)).toHaveLength(1)
  })

  it('is not begun by a replica that lost the right to', async () => {
    const hub = await openTestHub({ config: CONFIG })
    const lost = await leaseOf(hub)
    await hub.store.releaseLease(lost)
    await leaseOf(hub, 'two')

    await expect(beginRun(hub, 'beat', lost, undefined)).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await storedRuns(hub)).toEqual([])
  })
})

it('a run that is over changes nothing of the next', async () => {
  const hub = await openTestHub({ config: CONFIG })
  const first = await begin(hub)
  const second = await begin(hub)

  await noteProcess(hub, first, 4711)
  await endRunOf(hub, first.record)

  expect(await storedRuns(hub)).toEqual([second.record])
  expect(await processOf(hub, await service(hub, 'beat'))).toBe(0)
  await noteProcess(hub, second, 4712)
  expect(await processOf(hub, await service(hub, 'beat'))).toBe(4712)
})
