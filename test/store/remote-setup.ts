import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '../../src/base/log.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import { openRemote } from '../../src/store/remote/remote-store.ts'
import { serveStore } from '../../src/store/remote/serve.ts'
import type { StoreUnderTest } from '../contract/store/setup.ts'

const START = Date.UTC(2026, 10, 22)
const silent = openLog('silent')

/** A store with an owner: each connection is a link of its own. */
export interface OwnedStore extends StoreUnderTest {
  /** The owner's own. */
  readonly owner: Store
  /** The owner's ends of the links, in the order in which they were made. */
  readonly links: Socket[]
}

export async function openOwned(): Promise<OwnedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'hubgate-remote-'))
  let time = START
  const owner = await openStore(`sqlite:${join(folder, 'db')}`, {
    clock: { now: () => time },
    log: silent,
    pollMs: 5,
  })
  const links: Socket[] = []
  const server = createServer((socket) => {
    links.push(socket)
    serveStore(owner, socket, silent)
  })
  const path = join(folder, 'socket')
  await once(server.listen(path), 'listening')
  const open: Store[] = []
  const second = async (): Promise<Store> => {
    const stream = connect(path)
    const store = await openRemote({ stream, description: owner.description, log: silent })
    open.push(store)
    return store
  }
  return {
    owner,
    links,
    store: await second(),
    second,
    now: () => time,
    advance: (ms) => {
      time += ms
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(open.map((store) => store.close()))
      server.close()
      for (const link of links) link.destroy()
      await owner.close()
      await rm(folder, { recursive: true })
    },
  }
}
