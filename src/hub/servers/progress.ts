import { HubgateError } from '../../base/errors.ts'
import type { ProgressEvent, ServerRecord } from '../../model/server.ts'
import { isQueued, isReady, logName, pendingOf } from '../../model/server.ts'
import { serverPrefix } from '../../model/server-url.ts'
import type { Lease } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { readServer } from './server-store.ts'
import { ChangeSignal } from './server-wait.ts'
import type { QueuePlace } from './start-queue.ts'
import { queuePlaceOf } from './start-queue.ts'

/** What the store keeps of a start under way. */
export interface ProgressRecord {
  runId: string
  events: ProgressEvent[]
}

/** One frame of the progress stream (wire-contract §4.4). */
export interface ProgressMessage {
  progress: number
  message: string
  html_message?: string
  ready?: true
  failed?: true
  url?: string
  /** The last lines of the server's own output, when a start failed. */
  output?: string
  /** Where the start stands among those that wait for room; told anew when it has moved. */
  queue?: QueuePlace
}

const MAX_EVENTS = 100

/** Milliseconds between looks how far the queue is. */
const QUEUE_MS = 2000

/** Notes a step of a start; dropped when the lease is no longer held. */
export async function addProgress(
  hub: HubContext,
  server: ServerRecord,
  event: ProgressEvent,
  fence: Lease,
): Promise<void> {
  const key = keys.progress(server.user, server.name)
  const runId = server.runId ?? ''
  const before = await hub.store.get<ProgressRecord>(key)
  const events = before?.value.runId === runId ? before.value.events : []
  await hub.store.commit({
    check: [{ key, version: before?.version ?? null }],
    set: [{ key, value: { runId, events: [...events, event].slice(-MAX_EVENTS) } }],
    fence: [fence],
  })
}

/** @returns the steps of a server's current or last start, oldest first */
export async function progressEvents(
  hub: HubContext,
  server: ServerRecord,
): Promise<ProgressEvent[]> {
  const record = await hub.store.get<ProgressRecord>(keys.progress(server.user, server.name))
  if (record === undefined) return []
  const current = server.runId === null || record.value.runId === server.runId
  return current ? record.value.events : []
}

const HTML_ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The last frame of a stream, or undefined while the start goes on. */
function lastMessage(
  hub: HubContext,
  server: ServerRecord | undefined,
): ProgressMessage | undefined {
  if (server === undefined) return { progress: 100, failed: true, message: 'Spawn cancelled' }
  if (isReady(server)) {
    const url = serverPrefix(hub.snapshot().config.base_url, server.user, server.name)
    const escaped = url.replace(/[&<>"']/g, (char) => HTML_ESCAPES[char] ?? char)
    return {
      progress: 100,
      ready: true,
      message: `Server ready at ${url}`,
      html_message: `Server ready at <a href="${escaped}">${escaped}</a>`,
      url,
    }
  }
  if (pendingOf(server) !== null) return undefined
  const { failure } = server
  if (failure === null || failure.reason === 'cancelled') {
    return { progress: 100, failed: true, message: 'Spawn cancelled' }
  }
  return {
    progress: 100,
    failed: true,
    message: `Spawn failed: ${failure.message}`,
    ...(failure.output === '' ? {} : { output: failure.output }),
  }
}

/** The news for a start that waits: its place, when it has moved. */
async function queueMessage(
  hub: HubContext,
  server: ServerRecord | undefined,
  told: number | undefined,
): Promise<(ProgressMessage & { queue: QueuePlace }) | undefined> {
  const queue =
    server !== undefined && isQueued(server) ? await queuePlaceOf(hub, server) : undefined
  if (queue === undefined || queue.position === told) return undefined
  return { progress: 0, message: queueText(queue), queue }
}

/** How a person is told where a start stands. */
export function queueText({ position, length }: QueuePlace): string {
  return `You are number ${position} of ${length} in the queue`
}

/** Whether there is no start to tell of: neither under way, nor one that failed or came to be ready. */
function isIdle(server: ServerRecord | undefined): boolean {
  if (server === undefined) return true
  if (isReady(server) || server.failure !== null) return false
  return server.phase !== 'spawning' && pendingOf(server) !== 'spawn'
}

/** Aborted when it is time to look again: of a queue that moves nothing is heard. */
function patience(server: ServerRecord | undefined, signal: AbortSignal): AbortSignal {
  if (server === undefined || !isQueued(server)) return signal
  return AbortSignal.any([signal, AbortSignal.timeout(QUEUE_MS)])
}

/**
 * The progress of a start from its first event to its end, from any replica.
 * @throws HubgateError `not_found` for an unknown server, `bad_request` for one that is not starting
 */
export async function* progressOf(
  hub: HubContext,
  user: string,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage> {
  using changes = new ChangeSignal(hub, [keys.server(user, name), keys.progress(user, name)])
  const first = (await readServer(hub, user, name))?.value
  // The default server exists as soon as its owner does.
  if (first === undefined && name !== '') throw new HubgateError('not_found')
  if (isIdle(first))
    throw new HubgateError('bad_request', `${logName(user, name)} is not starting...`)
  let server: ServerRecord | undefined = first
  let sent = 0
  let place: number | undefined
  while (!signal.aborted) {
    const last = lastMessage(hub, server)
    // A stream that is opened after the end gets the last event alone (wire-contract §4.4).
    if (server !== undefined && (last === undefined || sent > 0)) {
      const events = await progressEvents(hub, server)
      yield* events.slice(sent)
      sent = Math.max(sent, events.length)
    }
    if (last !== undefined) {
      yield last
      return
    }
    const news = await queueMessage(hub, server, place)
    if (news !== undefined) {
      place = news.queue.position
      yield news
    }
    await changes.next(patience(server, signal))
    server = (await readServer(hub, user, name))?.value
  }
}
