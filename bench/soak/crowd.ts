import { setTimeout as delay } from 'node:timers/promises'
import { Audience } from './audience.ts'
import type { Behaviour, Scene } from './behaviours.ts'
import {
  badAnswers,
  breakServer,
  dribbleUpload,
  drip,
  hopeful,
  lazyReader,
  restart,
  revoke,
  slowHead,
  slowReader,
  talk,
  vanish,
  visit,
} from './behaviours.ts'
import { lose } from './cut-off.ts'
import { haunt } from './haunting.ts'
import type { Tally } from './tally.ts'

/** What goes on at the same time, and how often. */
const CROWD: readonly (readonly [what: string, atATime: number, round: Behaviour])[] = [
  ['visits with small answers, an upload and a download', 4, visit],
  ['WebSockets that come, talk and go', 3, talk],
  ['slow answers', 5, drip],
  ['slow uploads', 5, dribbleUpload],
  ['pages that vanish', 6, vanish],
  ['slow heads and silent connections', 10, slowHead],
  ['slow readers', 4, slowReader],
  ['readers that stop', 3, lazyReader],
  ['bad answers', 4, badAnswers],
  ['requests to servers that die and stall', 4, hopeful],
  ['servers killed, stopped and continued', 2, breakServer],
  ['servers restarted', 1, restart],
  ['tokens revoked', 2, revoke],
  ['pages frozen', 1, haunt],
  ['machines cut off', 1, lose],
]

/** Everything at once for a while, and until all of it has come to its end. */
export async function crowd(
  scene: Scene,
  sockets: number,
  forMs: number,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const audience = new Audience(tally)
  await audience.come(scene.hub.port, scene.steady, sockets)
  const over = AbortSignal.any([signal, AbortSignal.timeout(forMs)])
  const rounds = async (what: string, round: Behaviour): Promise<void> => {
    while (!over.aborted) {
      try {
        await round(scene)
        tally.did(what)
      } catch (error) {
        tally.fail(what, error)
        await delay(500)
      }
      await delay(Math.random() * 200)
    }
  }
  await Promise.all([
    audience.talk(over),
    ...CROWD.flatMap(([what, atATime, round]) =>
      Array.from({ length: atATime }, () => rounds(what, round)),
    ),
  ])
  audience.leave()
}
