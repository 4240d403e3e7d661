import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import { randomId } from '../../base/random.ts'
import type { ProgressEvent } from '../../model/server.ts'
import { logName } from '../../model/server.ts'
import { ready, spawning, startWanted } from '../../model/server-changes.ts'
import { waitReady } from '../../spawn/wait-ready.ts'
import type { Step } from './end-run.ts'
import { endRun, failureOf } from './end-run.ts'
import { addProgress } from './progress.ts'
import { tellStarted } from './server-measures.ts'
import { writeServer } from './server-store.ts'
import { newRunSecret } from './server-token.ts'
import { requestOf } from './spawn-request.ts'

/** The run is not to blame: it is looked at again once the store answers. */
function isStoreAway(error: unknown): boolean {
  return error instanceof HubgateError && error.code === 'unavailable'
}

/**
 * First step of a start: decide what the run will be, and write it down before it exists.
 * @throws HubgateError `unavailable`: nothing was decided
 */
export async function prepareRun(step: Step): Promise<void> {
  const { hub, spawner, entry, lease } = step
  const server = entry.value
  try {
    const state = await spawner.prepare(requestOf(hub, server))
    const next = spawning(server, state, hub.clock.now())
    if (await writeServer(hub, entry, next, { fence: lease })) step.prepared.runId = server.runId
    else await spawner.clean(state)
  } catch (error) {
    if (isStoreAway(error)) throw error
    hub.log.warn({ err: error, server: logName(server.user, server.name) }, 'start failed')
    await endRun(step, failureOf(error, hub.clock.now(), ''))
  }
}

/**
 * A run that another process launched, and may have died over: when it never came to be, it is ruled
 * out for good and begun anew under the same deadline.
 * @returns false when there is no such run
 */
async function findRun(step: Step): Promise<boolean> {
  const { hub, spawner, entry, lease } = step
  const server = entry.value
  const state = server.spawnerState ?? {}
  if ((await spawner.poll(state)).running) return true
  if ((server.deadline ?? 0) <= hub.clock.now()) {
    await endRun(step, {
      at: hub.clock.now(),
      status: 500,
      reason: 'lost',
      message: 'The gateway was restarted while the server was starting. Start it again.',
      output: await spawner.output(state, server.secret ?? undefined),
    })
    return false
  }
  await spawner.stop(state, step.signal)
  await spawner.clean(state)
  const { parts, ...secret } = newRunSecret(hub, server)
  const again = startWanted(server, {
    ...secret,
    runId: randomId(),
    by: server.by,
    now: server.started ?? hub.clock.now(),
    deadline: server.deadline ?? hub.clock.now(),
  })
  await writeServer(hub, entry, again, { also: parts, fence: lease })
  return false
}

async function launch(
  step: Step,
  signal: AbortSignal,
  progress: (event: ProgressEvent) => void,
): Promise<string> {
  const { hub, spawner, entry } = step
  const { spawner: config } = hub.snapshot().config
  const state = entry.value.spawnerState ?? {}
  const limit = new AbortController()
  const start = spawner.start(state, requestOf(hub, entry.value), {
    signal: AbortSignal.any([signal, limit.signal]),
    progress,
  })
  const late = async (): Promise<never> => {
    await delay(seconds(config.start_timeout), undefined, { signal: limit.signal })
    throw new HubgateError(
      'spawn_failed',
      `The server did not start within ${config.start_timeout} seconds.`,
      { detail: { reason: 'timeout' } },
    )
  }
  try {
    return (await Promise.race([start, late()])).url
  } finally {
    limit.abort()
  }
}

async function untilReady(step: Step, signal: AbortSignal): Promise<string> {
  const { hub, spawner, entry, prepared } = step
  const server = entry.value
  const state = server.spawnerState ?? {}
  const first = prepared.runId === server.runId
  prepared.runId = null
  const steps: Promise<void>[] = []
  let queue = Promise.resolve()
  const progress = (event: ProgressEvent) => {
    queue = queue.then(() => addProgress(hub, server, event, step.lease)).catch(() => undefined)
    steps.push(queue)
  }
  const url = first ? await launch(step, signal, progress) : spawner.urlOf(state)
  if (!first) progress({ progress: 60, message: 'The server runs; waiting until it answers' })
  const remaining = (server.deadline ?? 0) - hub.clock.now()
  const limit = seconds(hub.snapshot().config.spawner.http_timeout)
  await waitReady({
    url,
    prefix: requestOf(hub, server).prefix,
    signal,
    alive: () => spawner.poll(state),
    timeoutMs: Math.max(1, Math.min(limit, remaining)),
  })
  await Promise.all(steps)
  return url
}

/**
 * Second step of a start: launch the run, or find it again, and wait until it answers.
 * @throws HubgateError `unavailable`: the run goes on and is found again
 */
export async function completeRun(step: Step): Promise<void> {
  const { hub, spawner, entry, lease, signal, prepared } = step
  const server = entry.value
  const name = logName(server.user, server.name)
  if (prepared.runId !== server.runId && !(await findRun(step))) return
  try {
    const url = await untilReady(step, signal)
    if (signal.aborted) return
    const written = await writeServer(hub, entry, ready(server, url, hub.clock.now()), {
      fence: lease,
    })
    if (!written) return
    tellStarted(hub, server)
    hub.log.info({ server: name, ms: hub.clock.now() - server.since }, 'server ready')
  } catch (error) {
    if (signal.aborted) return
    if (isStoreAway(error)) throw error
    const output = await spawner.output(server.spawnerState ?? {}, server.secret ?? undefined)
    hub.log.warn({ err: error, server: name }, 'start failed')
    await endRun(step, failureOf(error, hub.clock.now(), output))
  }
}
