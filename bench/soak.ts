// Lets a gateway of its own through all that clients and servers do to it, and looks whether it
// holds in the end what it held before: npm run soak [-- --minutes 10 --sockets 2000 --workers 1].
// With --leak some WebSockets stay open until the end, and the soak has to fail. With --snapshots DIR
// the heap is written there whenever a sample is taken, for Chrome's DevTools to compare.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { printMachine } from './figures.ts'
import { Audience } from './soak/audience.ts'
import type { Scene } from './soak/behaviours.ts'
import { crowd } from './soak/crowd.ts'
import { CutOff } from './soak/cut-off.ts'
import { Ghosts } from './soak/haunting.ts'
import type { Access } from './soak/hub.ts'
import { COOL_DOWN_MS, Hub, soaked } from './soak/hub.ts'
import { report } from './soak/report.ts'
import type { Sample } from './soak/sample.ts'
import { compare, takeSample } from './soak/sample.ts'
import { Tally } from './soak/tally.ts'

const WARM_UP_MS = 30_000
const LEAKED = 5
const USERS = { steady: 4, shaky: 3, restarted: 1 } as const

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    sockets: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '1' },
    leak: { type: 'boolean', default: false },
    snapshots: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
const sockets = Number(values.sockets)

const interrupt = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort())

async function sceneOf(hub: Hub): Promise<Scene> {
  const make = async (kind: keyof typeof USERS): Promise<Access[]> => {
    const names = Array.from({ length: USERS[kind] }, (_, n) => `${kind}-${n}`)
    return Promise.all(
      names.map(async (name) => {
        await hub.gateway.startServer(name)
        return hub.access(name)
      }),
    )
  }
  return {
    hub,
    steady: await make('steady'),
    shaky: await make('shaky'),
    restarted: await make('restarted'),
  }
}

/** A crowd for a while; then only those are left who are frozen or cut off, whom the gateway has to find out. */
async function soak(scene: Scene, name: string, forMs: number, tally: Tally): Promise<Sample> {
  const { hub, shaky, restarted } = scene
  await crowd(scene, sockets, forMs, tally, interrupt.signal)
  using _ghosts = await Ghosts.freeze(scene)
  using _cutOff = await CutOff.from(scene)
  // The same servers run whenever a sample is taken.
  for (const { user } of [...shaky, ...restarted]) await hub.stopped(user)
  for (const { user } of [...shaky, ...restarted]) await hub.ready(user)
  await delay(COOL_DOWN_MS)
  const sample = await takeSample(hub)
  if (values.snapshots !== undefined) await hub.snapshot(values.snapshots, name)
  return sample
}

/** @returns whether it holds in the end what it held before, and whatever was done went well */
async function run(tally: Tally): Promise<boolean> {
  await using hub = await Hub.start(soaked(Number(values.workers)))
  const scene = await sceneOf(hub)
  console.log(
    `\nwarming up for ${WARM_UP_MS / 1000} s, then ${minutes} min with ${sockets} WebSockets`,
  )
  const before = await soak(scene, 'before', WARM_UP_MS, tally)
  if (values.leak) await new Audience(tally).come(hub.port, scene.steady, LEAKED)
  const halfMs = (minutes * 60_000) / 2
  const between = await soak(scene, 'between', halfMs, tally)
  const after = await soak(scene, 'after', halfMs, tally)
  return await report(hub, tally, compare(before, between, after))
}

// Whatever else ends it, it has failed.
process.exitCode = 1
const tally = new Tally()
// The gateway must not be left behind.
process.on('uncaughtException', (error) => tally.fail('the soak itself', error))
printMachine()
try {
  if ((await run(tally)) && !interrupt.signal.aborted) process.exitCode = 0
} catch (error) {
  console.error(error)
}
